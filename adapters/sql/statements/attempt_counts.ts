import type { AttemptCount } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import type { SqlDialect, SqlValue } from "../sql_driver.ts";
import { encodeOptional } from "./_instants.ts";
import { insertIfAbsent } from "./_insert_if_absent.ts";

/** A count as it was read. */
export interface StoredCount {
  readonly count: AttemptCount;
  /** Another one after each write. */
  readonly serial: number;
}

/** A count that is to take the place of what was read. */
export interface CountChange {
  readonly key: string;
  /** What was read; null: nothing. */
  readonly before: StoredCount | null;
  /** What is kept from now on; null: nothing. */
  readonly after: AttemptCount | null;
}

type CountRow = readonly [
  attempts: SqlValue,
  windowEndsAt: SqlValue,
  pauseEndsAt: SqlValue,
  serial: SqlValue,
];

/** One read by key. Some clients have large numbers as text, which would count 1 and 1 to 11. */
export function readCount(key: string): SqlCall<StoredCount | null> {
  return async (connection) => {
    const { dialect } = connection;
    const [row] = await connection.query<CountRow>(
      `SELECT attempts, ${dialect.selectInstant("window_ends_at")} AS window_ends_at, ` +
        `${dialect.selectInstant("pause_ends_at")} AS pause_ends_at, serial ` +
        "FROM userharbor_throttle WHERE throttle_key = ?",
      [key],
    );
    if (row === undefined) return null;
    const [attempts, windowEndsAt, pauseEndsAt, serial] = row;
    const count = {
      attempts: Number(attempts),
      windowEndsAt: dialect.decodeInstant(windowEndsAt),
      pauseEndsAt: pauseEndsAt === null ? null : dialect.decodeInstant(pauseEndsAt),
    };
    return { count, serial: Number(serial) };
  };
}

/** One statement, which writes only if what was read is still there; answers whether it did. */
export function changeCount({ key, before, after }: CountChange): SqlCall<boolean> {
  if (before === null) return after === null ? () => Promise.resolve(true) : insertCount(key, after);
  return after === null ? deleteCount(key, before) : updateCount({ key, before, after });
}

function insertCount(key: string, count: AttemptCount): SqlCall<boolean> {
  return async (connection) =>
    await insertIfAbsent(connection, {
      sql:
        "INSERT INTO userharbor_throttle (attempts, window_ends_at, pause_ends_at, serial, throttle_key) " +
        "VALUES (?, ?, ?, ?, ?)",
      values: [...valuesOf(connection.dialect, count), firstSerial(), key],
    });
}

function updateCount(
  { key, before, after }: { key: string; before: StoredCount; after: AttemptCount },
): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute(
      "UPDATE userharbor_throttle SET attempts = ?, window_ends_at = ?, pause_ends_at = ?, " +
        "serial = serial + 1 WHERE throttle_key = ? AND serial = ?",
      [...valuesOf(connection.dialect, after), key, before.serial],
    ) === 1;
}

function deleteCount(key: string, { serial }: StoredCount): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute(
      "DELETE FROM userharbor_throttle WHERE throttle_key = ? AND serial = ?",
      [key, serial],
    ) === 1;
}

function valuesOf(dialect: SqlDialect, { attempts, windowEndsAt, pauseEndsAt }: AttemptCount): SqlValue[] {
  return [attempts, dialect.encodeInstant(windowEndsAt), encodeOptional(dialect, pauseEndsAt ?? undefined)];
}

/** Random, so that a row that was deleted and made anew is not taken for the one that was read. */
function firstSerial(): number {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return random;
}
