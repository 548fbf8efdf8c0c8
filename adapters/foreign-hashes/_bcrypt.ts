import type { Computation } from "./_limited_verifier.ts";

/**
 * Checks a password against a bcrypt hash: the `compare` of `bcrypt`, `@node-rs/bcrypt` or `bcryptjs`.
 *
 * @param password up to 72 bytes of UTF-8 count; what follows, bcrypt ignores
 * @param passwordHash a well-formed bcrypt hash of cost 16 at most
 * @returns whether they match
 */
export type BcryptCompare = (password: string, passwordHash: string) => Promise<boolean>;

/** A stored hash and what to check it with. */
export interface BcryptHash {
  /** In the modular crypt format. */
  readonly passwordHash: string;
  /** Computes. */
  readonly compare: BcryptCompare;
  /** What the origin made of the password before bcrypt saw it. */
  readonly prepare: (password: string) => string | Promise<string>;
}

/** Cost 4 to 16, each step doubling the work: 16 takes seconds. Then 22 characters of salt and 31 of hash. */
const BCRYPT = /^\$2[aby]\$(?:0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}$/;

/** The state of bcrypt: four boxes and the subkeys. */
const MEMORY_KIB = 5;

/**
 * What it takes to check a password against a bcrypt hash.
 *
 * @param hash the stored hash and the means
 * @returns null for a malformed hash or a cost above 16
 */
export function bcryptComputation({ passwordHash, compare, prepare }: BcryptHash): Computation | null {
  if (!BCRYPT.test(passwordHash)) return null;
  return {
    memoryKib: MEMORY_KIB,
    matches: async (password) => await compare(await prepare(password), passwordHash) === true,
  };
}

/**
 * Refuses what cannot check a bcrypt hash.
 *
 * @param compare as the application gave it
 * @throws {TypeError} when it is no function
 */
export function checkCompare(compare: unknown): void {
  if (typeof compare !== "function") {
    throw new TypeError("compare must be the compare function of a bcrypt package");
  }
}
