/** What a kit is handed to work on; disposed after each case if it can be. */
export interface Opened {
  /** Ends what was opened. */
  [Symbol.asyncDispose]?(): PromiseLike<void>;
}

/**
 * Opens, uses, and disposes of what was opened however the use ended.
 *
 * @param open makes the thing anew
 * @param use the work with it
 * @returns what the use resolved to
 */
export async function useOpened<T extends object, R>(
  open: () => T | Promise<T>,
  use: (opened: T) => Promise<R>,
): Promise<R> {
  const opened: T & Opened = await open();
  try {
    return await use(opened);
  } finally {
    await opened[Symbol.asyncDispose]?.();
  }
}
