/**
 * Refuses options that were left over: a misspelt cost must not be the default in silence.
 *
 * @param unknown what no option took
 * @throws {TypeError} naming the first of them
 */
export function refuseUnknown(unknown: object): void {
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw new TypeError(`"${name}" is not an option`);
}
