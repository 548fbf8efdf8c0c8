/** A number and what it may be. */
export interface NumberOption {
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
 * Refuses options that do not exist, so that a slip of the pen is not silently the default.
 *
 * @throws {TypeError} naming the option
 */
export function checkOptionNames(
  options: object,
  { known, of }: { readonly known: readonly string[]; readonly of: string },
): void {
  if (typeof options !== "object" || options === null) throw new TypeError("options must be an object");
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new TypeError(`"${name}" is not an option of ${of}`);
  }
}

/**
 * Refuses a number outside its limits.
 *
 * @throws {TypeError} when it is not a number
 * @throws {RangeError} when it is below or above its limits
 */
export function checkNumber({ name, value, min, max }: NumberOption): void {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
  if (!(value >= min && value <= max)) throw new RangeError(`${name} must be from ${min} to ${max}`);
}

/**
 * Refuses a number that is not whole, or outside its limits.
 *
 * @throws {TypeError} when it is not a number
 * @throws {RangeError} when it is not whole, or below or above its limits
 */
export function checkInteger(option: NumberOption): void {
  checkNumber(option);
  if (!Number.isInteger(option.value)) throw new RangeError(`${option.name} must be a whole number`);
}
