/**
 * How many logins come through beside the bare password hasher, at 64 in flight, and how session checks fare
 * meanwhile.
 *
 * @module
 */

import { Argon2PasswordHasher, HashLimiter } from "@userharbor/argon2";
import { UserHarbor } from "@userharbor/core";
import { RecordingEmailSender } from "@userharbor/core/testing";
import { randomUUID } from "node:crypto";
import { openAccountsFile } from "./_accounts_file.ts";
import { interleave, percentile } from "./_interleave.ts";

const IN_FLIGHT = 64;
const PASSWORD = "seven quiet otters at dawn";

/** What logins cost. */
export interface LoginGoodput {
  /** Logins in a second divided by bare verifications in a second. */
  readonly ratioToHasher: number;
  /** Logins in a second, of the median round. */
  readonly loginsPerSecond: number;
  /** Session checks while hashes are computed, in milliseconds each: the median, and what 99 of 100 do not exceed. */
  readonly sessionCheckMilliseconds: { readonly median: number; readonly p99: number };
}

/** Measures logins. */
export async function loginGoodput(): Promise<LoginGoodput> {
  const { store, sessionTokens, dispose } = await openAccountsFile(100);
  // Nobody is turned away here: a slow machine shall show as slow, not as refusals.
  const passwordHasher = new Argon2PasswordHasher({ limiter: new HashLimiter({ maxWaitSeconds: 60 }) });
  const harbor = new UserHarbor({ store, emailSender: new RecordingEmailSender(), passwordHasher });
  const passwordHash = await passwordHasher.hash(PASSWORD);
  await store.createUser({ id: randomUUID(), username: "ada", email: "ada@example.org", passwordHash });
  await store.setUserVerified("ada");
  const checks: number[] = [];
  // Both contenders have the same session checks beside them, so that logins alone make the difference.
  const besideChecks = async (work: Promise<void>) => {
    const checking = checkUntil(work, async () => {
      const startedAt = performance.now();
      await harbor.verifySession(sessionTokens[0] ?? "");
      checks.push(performance.now() - startedAt);
    });
    await Promise.all([work, checking]);
  };
  try {
    const { hasher, login } = await interleave({
      hasher: (count) =>
        besideChecks(keepInFlight(count, () => passwordHasher.verify(PASSWORD, passwordHash))),
      login: (count) =>
        besideChecks(keepInFlight(count, () => harbor.login({ username: "ada", password: PASSWORD }))),
    }, { rounds: 15, operations: 192 });
    await harbor.settled();
    return {
      ratioToHasher: login.ratioToFloor / hasher.ratioToFloor,
      loginsPerSecond: 1_000_000 / login.medianMicroseconds,
      sessionCheckMilliseconds: { median: percentile(checks, 0.5), p99: percentile(checks, 0.99) },
    };
  } finally {
    dispose();
  }
}

async function keepInFlight(count: number, operation: () => Promise<unknown>): Promise<void> {
  let left = count;
  await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
    while (left-- > 0) await operation();
  }));
}

/** One check every few milliseconds, as requests would come in. */
async function checkUntil(end: Promise<void>, check: () => Promise<void>): Promise<void> {
  let ended = false;
  void end.finally(() => ended = true);
  while (!ended) {
    await check();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
