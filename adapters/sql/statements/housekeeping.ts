import type { PurgeRequest } from "@userharbor/core";
import type { Calls, SqlCall } from "../_calls.ts";
import { batchOf, deleteDeadRows, inBatches } from "./_delete_dead_rows.ts";
import { REFERRING_TABLES } from "./_referring_tables.ts";

const TOKEN_TABLES = ["userharbor_sessions", "userharbor_email_verifications", "userharbor_password_resets"];

/** A statement that names each of them stays below the 100 values that D1 takes. */
const BATCH_ACCOUNTS = 50;

/**
 * Removes up to `limit` dead rows, and what sessions know of their clients, in short batches that each take effect
 * on their own.
 *
 * @param calls where the batches run
 * @param request what is dead
 * @returns how many tokens, sessions, accounts and clients went; what refers to an account goes with it uncounted
 */
export async function purgeExpired(calls: Calls, request: PurgeRequest): Promise<number> {
  const { before, unverifiedBefore, clientsBefore, limit } = request;
  let left = limit;
  for (const table of TOKEN_TABLES) {
    const dead = { table, key: "token_hash", endsAt: "expires_at", before };
    left -= await inBatches(left, (rows) => calls.single(deleteDeadRows({ ...dead, limit: rows })));
  }
  if (unverifiedBefore !== undefined) {
    const purge = (rows: number) => calls.atomic(purgeUnverified(unverifiedBefore, rows));
    left -= await inBatches(left, purge, BATCH_ACCOUNTS);
  }
  if (clientsBefore !== undefined) {
    left -= await inBatches(left, (rows) => calls.single(forgetClients(clientsBefore, rows)));
  }
  return limit - left;
}

/**
 * The condition stands twice: an account that is verified after it was chosen stays, and what refers to it. A few
 * statements for all of a batch, always of the same text.
 */
function purgeUnverified(before: Date, limit: number): SqlCall<number> {
  return async (connection) => {
    const { dialect } = connection;
    const dead = [dialect.encodeBoolean(false), dialect.encodeInstant(before)];
    const chosen = await connection.query<readonly [username: string]>(
      "SELECT username FROM userharbor_users WHERE verified = ? AND created_at < ? ORDER BY created_at " +
        `LIMIT ${Math.min(batchOf(limit), BATCH_ACCOUNTS)}${dialect.skipLocked}`,
      dead,
    );
    const [[first] = []] = chosen;
    if (first === undefined) return 0;
    const names = Array.from({ length: BATCH_ACCOUNTS }, (_, index) => chosen[index]?.[0] ?? first);
    const isChosen = `username IN (${names.map(() => "?").join(", ")})`;
    const removed = await connection.execute(
      `DELETE FROM userharbor_users WHERE ${isChosen} AND verified = ? AND created_at < ?`,
      [...names, ...dead],
    );
    for (const table of REFERRING_TABLES) {
      const isOrphan = `NOT EXISTS (SELECT 1 FROM userharbor_users u WHERE u.username = ${table}.username)`;
      await connection.execute(`DELETE FROM ${table} WHERE ${isChosen} AND ${isOrphan}`, names);
    }
    return removed;
  };
}

const HAS_CLIENT = "(client_address IS NOT NULL OR client_user_agent IS NOT NULL)";

/** What another purge forgot meanwhile is not counted again. */
function forgetClients(before: Date, limit: number): SqlCall<number> {
  return async (connection) => {
    const { dialect } = connection;
    const { sql, values } = dialect.writeFirst({
      write: "UPDATE userharbor_sessions SET client_address = NULL, client_user_agent = NULL",
      table: "userharbor_sessions",
      key: "token_hash",
      where: { sql: `created_at < ? AND ${HAS_CLIENT}`, values: [dialect.encodeInstant(before)] },
      orderBy: "created_at",
      limit: batchOf(limit),
    });
    return await connection.execute(sql, values);
  };
}
