import { FastPasswordHasher } from "../testing.ts";

/** A hasher that can say which password a hash was made of, so that tests can. */
export class RememberingHasher extends FastPasswordHasher {
  readonly #passwords: Map<string, string> = new Map();

  override async hash(password: string): Promise<string> {
    const passwordHash = await super.hash(password);
    this.#passwords.set(passwordHash, password);
    return passwordHash;
  }

  /** The password behind a hash made here. */
  passwordOf(passwordHash: string): string {
    const password = this.#passwords.get(passwordHash);
    if (password === undefined) throw new Error("Cannot name the password: this hash was not made here");
    return password;
  }
}
