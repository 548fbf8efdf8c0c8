import type { HashLimiter } from "@userharbor/argon2/limiter";

/** Checks passwords against the hashes of one origin, and never makes any. */
export interface HashVerifier {
  /** Names the origin in messages, such as `bcrypt`; different for each verifier of a chain. */
  readonly name: string;
  /** Whether the stored string has the shape of this origin: cheap, and true even when its cost is absurd. */
  recognises(passwordHash: string): boolean;
  /**
   * Whether the password made this hash, at the cost of one slow computation; false, without computing anything,
   * for a malformed hash or one of absurd cost.
   */
  verify(password: string, passwordHash: string): Promise<boolean>;
}

/** What every verifier that computes by itself can be told. */
export interface HashVerifierOptions {
  /** Bounds the hashing at once. Default: the limiter that `@userharbor/argon2` shares in the process. */
  readonly limiter?: Pick<HashLimiter, "run">;
}
