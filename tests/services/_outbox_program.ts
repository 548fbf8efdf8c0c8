/** Registers people on PostgreSQL, or delivers their mails, until somebody kills it. */

import { SqlOutboxQueue, SqlUserStore } from "@userharbor/sql";
import process from "node:process";
import { workOn } from "../_outbox_work.ts";
import { pgClient } from "./_clients.ts";

const [, , url = "", role = "", mailUrl = "", aheadMs = "0", prefix = ""] = process.argv;
const { driver } = pgClient(url, "read committed", 8);
const database = { store: new SqlUserStore(driver), queue: new SqlOutboxQueue(driver) };
await workOn(database, { role, mailUrl, aheadMs: Number(aheadMs), prefix });
