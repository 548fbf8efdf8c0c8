import type { SqlCall } from "../_calls.ts";
import { rowLimit } from "./_row_limit.ts";

/** Keeps a batch to a few milliseconds: whatever waits for the connection gets its turn between two. */
const BATCH_ROWS = 100;

/** Rows that are dead from an instant on. */
export interface DeadRows {
  readonly table: string;
  /** The column of the primary key. */
  readonly key: string;
  /** The column of the instant. */
  readonly endsAt: string;
  /** Rows whose instant lies before this one. */
  readonly before: Date;
  /** At most this many. */
  readonly limit: number;
}

/**
 * Deletes one batch of dead rows; one that came to life again stays. Not every server takes a placeholder for a limit.
 *
 * @param rows which ones
 * @returns the call, which answers how many
 */
export function deleteDeadRows({ table, key, endsAt, before, limit }: DeadRows): SqlCall<number> {
  return async (connection) => {
    const { dialect } = connection;
    const { sql, values } = dialect.writeFirst({
      write: `DELETE FROM ${table}`,
      table,
      key,
      where: { sql: `${endsAt} < ?`, values: [dialect.encodeInstant(before)] },
      orderBy: endsAt,
      limit: batchOf(limit),
    });
    return await connection.execute(sql, values);
  };
}

/**
 * Repeats a purge of one batch, with turns for others in between.
 *
 * @param limit how many rows altogether
 * @param purge removes one batch of at most so many rows, and answers how many
 * @param batchRows how many a batch removes while there are as many
 * @returns how many went
 */
export async function inBatches(
  limit: number,
  purge: (limit: number) => Promise<number>,
  batchRows: number = BATCH_ROWS,
): Promise<number> {
  for (let left = limit;;) {
    const removed = await purge(left);
    left -= removed;
    if (removed < batchRows || left === 0) return limit - left;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/**
 * How many rows the next batch has.
 *
 * @param limit how many may go
 * @returns as many, or as many as a batch holds
 * @throws {RangeError} when the limit is no number of rows
 */
export function batchOf(limit: number): number {
  return Math.min(rowLimit(limit), BATCH_ROWS);
}
