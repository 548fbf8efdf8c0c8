/** What a {@link BreachCheck} found; `unchecked` means that it could not tell, and that this refuses. */
export type BreachVerdict = "unbreached" | "breached" | "unchecked";

/** Knows passwords from breaches. {@link pwnedPasswords} is one; a corpus of your own is another. */
export interface BreachCheck {
  /**
   * Looks a password up. Must answer in bounded time, and tell nobody the password or its whole hash; what it
   * throws passes through the operation untouched.
   *
   * @param password as typed
   * @returns `unbreached` to accept it
   */
  check(password: string): Promise<BreachVerdict>;
}
