/** The time is over. */
class TimeoutError extends Error {
  override readonly name: "TimeoutError" = "TimeoutError";
}

/**
 * Waits for work, but not for long: decides in time even when the work ignores its signal.
 *
 * @param seconds how long
 * @param work ends when the signal aborts, which it does in any case once this has been decided
 * @returns what the work resolved to
 * @throws {Error} when the time is over, and whatever the work throws
 */
export async function withinSeconds<T>(
  seconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const error = new TimeoutError(`Cannot wait any longer: no answer within ${seconds} s`);
    timer = setTimeout(() => reject(error), seconds * 1_000);
  });
  try {
    const working = work(controller.signal);
    // Whatever it comes to after the time is over, nobody is there to hear it.
    working.catch(() => {});
    return await Promise.race([working, timeout]);
  } finally {
    clearTimeout(timer);
    // Whatever is left of an answer is not worth a connection.
    controller.abort();
  }
}
