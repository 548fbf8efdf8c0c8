import type { SqlDialect, SqlValue } from "../sql_driver.ts";

/** Encodes an instant that may be unknown. */
export function encodeOptional(dialect: SqlDialect, instant: Date | undefined): SqlValue {
  return instant === undefined ? null : dialect.encodeInstant(instant);
}
