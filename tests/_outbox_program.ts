/** Registers people on an SQLite file, or delivers their mails, until somebody kills it. */

import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { SqlOutboxQueue, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { workOn } from "./_outbox_work.ts";

const [, , where = "", role = "", mailUrl = "", aheadMs = "0", prefix = ""] = process.argv;
const driver = nodeSqlite(new DatabaseSync(where));
const database = { store: new SqlUserStore(driver), queue: new SqlOutboxQueue(driver) };
await workOn(database, { role, mailUrl, aheadMs: Number(aheadMs), prefix });
