import assert from "node:assert/strict";

import type { HashLimiter } from "@userharbor/argon2";
import { Argon2PasswordHasher } from "@userharbor/argon2";

import { FIREBASE_PROJECT } from "./_test_vectors.ts";
import {
  type BcryptCompare,
  bcryptVerifier,
  betterAuthVerifier,
  djangoArgon2Verifier,
  djangoBcryptVerifier,
  djangoPbkdf2Verifier,
  djangoScryptVerifier,
  firebaseVerifier,
  type HashVerifier,
  luciaVerifier,
  pbkdf2Verifier,
  scryptVerifier,
  werkzeugVerifier,
} from "./mod.ts";

/** What the verifiers are to compute with. */
export interface Means {
  readonly compare?: BcryptCompare;
  readonly limiter?: Pick<HashLimiter, "run">;
}

/** Every verifier of this package; without `compare`, no bcrypt hash matches. */
export function allVerifiers(
  { compare = () => Promise.resolve(false), ...options }: Means = {},
): HashVerifier[] {
  return [
    bcryptVerifier({ compare, ...options }),
    betterAuthVerifier(options),
    djangoArgon2Verifier({ argon2: new Argon2PasswordHasher(options) }),
    djangoBcryptVerifier({ compare, ...options }),
    djangoPbkdf2Verifier(options),
    djangoScryptVerifier(options),
    firebaseVerifier({ ...FIREBASE_PROJECT, ...options }),
    luciaVerifier(options),
    pbkdf2Verifier(options),
    scryptVerifier(options),
    werkzeugVerifier(options),
  ];
}

/** One of them by its name. */
export function verifierOf(name: string, means: Means = {}): HashVerifier {
  const verifier = allVerifiers(means).find((each) => each.name === name);
  assert.ok(verifier !== undefined, name);
  return verifier;
}

/** A limiter that counts what it is asked for, and lets it through. */
export class CountingLimiter {
  /** False: it only counts, for where a computation would take hours. */
  computes = true;
  /** The memory that each computation asked for. */
  readonly asked: number[] = [];

  run<T>(memoryKib: number, job: () => Promise<T>): Promise<T> {
    this.asked.push(memoryKib);
    return this.computes ? job() : Promise.reject(new Error("It would have been computed"));
  }
}
