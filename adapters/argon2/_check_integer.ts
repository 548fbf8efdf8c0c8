/** An option and what it may be. */
export interface IntegerOption {
  /** As the caller spells it. */
  readonly name: string;
  /** What the caller gave. */
  readonly value: unknown;
  /** The least it may be. */
  readonly min: number;
  /** The most it may be. */
  readonly max: number;
}

/**
 * Refuses an option that is not a whole number within its limits.
 *
 * @param option the option and its limits
 * @throws {TypeError} when it is not a number
 * @throws {RangeError} when it is not whole, or below or above its limits
 */
export function checkInteger({ name, value, min, max }: IntegerOption): void {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be a whole number from ${min} to ${max}`);
  }
}
