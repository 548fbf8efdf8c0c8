/**
 * What may be told of an error that is none of ours: its name.
 *
 * Its message might hold secrets of the database or the mail server.
 *
 * @param error anything that was thrown
 * @returns the error's `name`, or the type of what is no error
 */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
