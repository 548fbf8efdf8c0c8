/** The first pause, before it is made uneven. */
const FIRST_SECONDS = 0.5;

/**
 * How long to pause before trying again, when the service does not say: twice as long each time, and uneven, so that
 * many mails that failed together do not come back together.
 *
 * @param attempt how often it was tried
 * @returns seconds: from half of 0.5, 1, 2, … up to that
 */
export function backoffSeconds(attempt: number): number {
  return FIRST_SECONDS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
}
