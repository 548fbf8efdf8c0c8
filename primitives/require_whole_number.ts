/** What a number may be. */
export interface WholeNumberRange {
  /** The least it may be. */
  readonly from: number;
  /** The most it may be. Default: the largest that is exact. */
  readonly to?: number;
}

/**
 * Refuses what is not a whole number in a range.
 *
 * @param named the number, whatever it is, by the name that its caller knows: `{ limit }`
 * @param range what it may be
 * @returns the number
 * @throws {TypeError} when it is no number
 * @throws {RangeError} when it is not whole, or out of range; both name it
 */
export function requireWholeNumber(
  named: Readonly<Record<string, unknown>>,
  { from, to = Number.MAX_SAFE_INTEGER }: WholeNumberRange,
): number {
  const [name, value] = Object.entries(named)[0] ?? [];
  if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
  if (!Number.isInteger(value) || value < from || value > to) {
    throw new RangeError(`${name} must be a whole number from ${from} to ${to}`);
  }
  return value;
}
