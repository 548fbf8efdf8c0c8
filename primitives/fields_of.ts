/**
 * What a caller handed over as an object with fields.
 *
 * A caller in plain JavaScript may hand over anything: what is no object has no fields, and is refused by code.
 *
 * @param input anything
 * @returns the input itself, or an object without its fields
 */
export function fieldsOf<Input extends object>(input: Input): Input {
  return Object(input);
}
