/** As classes are named; some clients put codes or texts there. */
const NAME = /^[A-Za-z_$][\w$.]{0,63}$/;

/**
 * What may be told of an error that is none of ours: its name.
 *
 * Its message might hold secrets of the database or the mail server.
 *
 * @param error anything that was thrown
 * @returns the error's `name`, or the type of what is no error; `Error` for a name that reads like none
 */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return NAME.test(error.name) ? error.name : "Error";
}
