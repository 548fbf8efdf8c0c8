/**
 * Reads sessions of one database, in each of the ways that a line of standard input names, so often as it says, and
 * answers with a line. A process of its own, since the SQLite of some runtimes has all connections of one process share
 * their page caches.
 *
 * @module
 */

import { UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { SqlUserStore } from "@userharbor/sql";
import process from "node:process";
import { createInterface } from "node:readline";
import { type Engine, openDatabase } from "./_databases.ts";
import { hashOf, tokenOf } from "./_tokens.ts";

/** Whether there is such a session: one index is read. */
const FIND_KEY = "SELECT 1 FROM userharbor_sessions WHERE token_hash = ?";

/** The rows of a session and of its user, by their primary keys. */
const FIND_ROWS = "SELECT s.expires_at, u.verified FROM userharbor_sessions s " +
  "JOIN userharbor_users u ON u.username = s.username WHERE s.token_hash = ?";

/** Far enough that no two sessions in a row are neighbours. */
const STRIDE = 7_919;

const [engine, location, rows] = process.argv.slice(2);
const { driver, close } = openDatabase(engine as Engine, String(location));
const harbor = new UserHarbor({
  store: new SqlUserStore(driver),
  emailSender: new RecordingEmailSender(),
  passwordHasher: new FastPasswordHasher(),
});

const isFound: Readonly<Record<string, (token: string) => Promise<boolean>>> = {
  verifySession: async (token) => await harbor.verifySession(token) !== null,
  keyAlone: async (token) => (await driver.query(FIND_KEY, [hashOf(token)])).length === 1,
  rowsAlone: async (token) => (await driver.query(FIND_ROWS, [hashOf(token)])).length === 1,
};

let next = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [way = "", count] = line.split(" ");
  for (let done = 0; done < Number(count); done++) {
    next = (next + STRIDE) % Number(rows);
    if (!await isFound[way]?.(tokenOf(next))) throw new Error("Cannot measure: a session was not found");
  }
  console.log(line);
}
await close();
