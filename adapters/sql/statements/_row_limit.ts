/**
 * How many rows a statement may reach; SQLite, for one, takes a negative limit for none at all.
 *
 * @param limit what was asked for
 * @returns the same
 * @throws {RangeError} when it is not a whole number, 0 or more
 */
export function rowLimit(limit: number): number {
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw new RangeError("Cannot use the limit: it is not a whole number of rows, 0 or more");
}
