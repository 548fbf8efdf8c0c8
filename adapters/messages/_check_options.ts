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
 * Refuses what is no function, if it is there at all.
 *
 * @throws {TypeError} naming the option
 */
export function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") throw new TypeError(`${name} must be a function`);
}
