/**
 * What a session check costs beside the least that it could: one built-in SHA-256 and one prepared, indexed join
 * on the same connection to the same SQLite file.
 *
 * @module
 */

import { UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { openAccountsFile } from "./_accounts_file.ts";
import { type Cost, interleave } from "./_interleave.ts";

const SESSIONS = 10_000;

/**
 * Measures session checks.
 *
 * @returns what the floor and the harbor cost
 */
export async function sessionCheck(): Promise<Record<"floor" | "verifySession" | "getCurrentUser", Cost>> {
  const { store, database, sessionTokens, dispose } = await openAccountsFile(SESSIONS);
  const harbor = new UserHarbor({
    store,
    emailSender: new RecordingEmailSender(),
    passwordHasher: new FastPasswordHasher(),
  });
  const readSession = prepareJoin(database);
  let next = 0;
  // A prime stride visits every session, and no two neighbours in a row.
  const nextToken = () => sessionTokens[next = (next + 7_919) % SESSIONS] ?? "";
  try {
    return await interleave({
      floor: (count) => {
        for (let done = 0; done < count; done++) {
          requireFound(readSession(createHash("sha256").update(nextToken()).digest("hex")) !== undefined);
        }
        return Promise.resolve();
      },
      verifySession: async (count) => {
        for (let done = 0; done < count; done++) requireFound(await harbor.verifySession(nextToken()));
      },
      getCurrentUser: async (count) => {
        for (let done = 0; done < count; done++) {
          requireFound((await harbor.getCurrentUser(nextToken())).verified);
        }
      },
    }, { rounds: 25, operations: 4_000 });
  } finally {
    dispose();
  }
}

/** Rows as arrays, which Deno's own types of `node:sqlite` do not know of. */
function prepareJoin(database: DatabaseSync): (tokenHash: string) => unknown {
  const join: {
    get(tokenHash: string): unknown;
    setReturnArrays?(enabled: boolean): void;
  } = database.prepare(
    "SELECT u.id, u.username, u.email, u.verified, u.created_at, s.id, s.expires_at, s.created_at " +
      "FROM userharbor_sessions s JOIN userharbor_users u ON u.username = s.username WHERE s.token_hash = ?",
  );
  join.setReturnArrays?.(true);
  return (tokenHash) => join.get(tokenHash);
}

function requireFound(found: boolean): void {
  if (!found) throw new Error("Cannot measure: a session was not found");
}
