const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 3_600;

/**
 * How long to wait before a mail is tried again: twice as long each time, and uneven, so that the mails of an outage do
 * not come back together.
 *
 * @param attempt how often it was tried
 * @returns seconds: from half of 5, 10, 20, … 3 600 up to that
 */
export function retrySeconds(attempt: number): number {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return Math.min(FIRST_SECONDS * 2 ** (attempt - 1), LONGEST_SECONDS) * (0.5 + random / 2 ** 33);
}
