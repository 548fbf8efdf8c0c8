/** What a number may be. */
export interface WholeNumberRange {
  /** The least it may be. Default: 1. */
  readonly from?: number;
  /** The most it may be. Default: the seconds of a hundred years. */
  readonly to?: number;
}

/** Far beyond any use, and every instant stays a date. */
const MAX = 3_155_760_000;

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
  { from = 1, to = MAX }: WholeNumberRange = {},
): number {
  const [name, value] = Object.entries(named)[0] ?? [];
  if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
  if (!Number.isInteger(value) || value < from || value > to) {
    throw new RangeError(`${name} must be a whole number from ${from} to ${to}`);
  }
  return value;
}
