import assert from "node:assert/strict";
import process from "node:process";
import test from "node:test";
import { Argon2PasswordHasher, HashLimiter } from "@userharbor/argon2";
import { emailOf, outcomes, PASSWORD } from "./_harness.ts";
import { NO_CLIENT_LIMITS, ThrottledLife } from "./_throttled_life.ts";

const LOGINS = 2_000;

/** The least that is allowed: 12 MiB. */
const COST = { memoryKib: 12_288, iterations: 3 };
const SLOTS = 2;
const QUEUED = 32;

const KIB = 1_024;

/** What else so many requests hold, generously; a hash for each of them would be 24 000 MiB. */
const REQUESTS_MIB = 200;

test("2 000 logins at once hold two hashes, the rest is overloaded, and that counts against nobody (T14, R15, R97)", async () => {
  const limiter = new HashLimiter({ maxInFlight: SLOTS, maxQueuedPerSlot: QUEUED, maxWaitSeconds: 600 });
  const passwordHasher = new Argon2PasswordHasher({ ...COST, limiter });
  const life = new ThrottledLife({ passwordHasher, throttleLimits: NO_CLIENT_LIMITS });
  const passwordHash = await passwordHasher.hash(PASSWORD);
  const names = Array.from({ length: LOGINS }, (_, index) => `user${index}`);
  for (const username of ["unhurried", ...names]) {
    await life.store.createUser({ id: username, username, email: emailOf(username), passwordHash });
    await life.store.setUserVerified(username);
  }
  const before = residentMib();
  const most = { inFlight: 0, heldKib: 0, residentMib: 0 };
  const watching = setInterval(() => {
    most.inFlight = Math.max(most.inFlight, limiter.inFlight);
    most.heldKib = Math.max(most.heldKib, limiter.heldKib);
    most.residentMib = Math.max(most.residentMib, residentMib());
  }, 1);
  const logins = names.map((username) => life.harbor.login({ username, password: PASSWORD }));
  const served = SLOTS * (1 + QUEUED);
  assert.deepEqual(await outcomes(logins), { ok: served, overloaded: LOGINS - served });
  clearInterval(watching);
  assert.equal(most.inFlight, SLOTS);
  assert.equal(most.heldKib, SLOTS * COST.memoryKib);
  const bound = SLOTS * COST.memoryKib / KIB + REQUESTS_MIB;
  assert.ok(most.residentMib - before < bound, `${most.residentMib - before} MiB more than before`);
  // Whoever was not served has used up no attempt.
  const last = names.at(-1) ?? "";
  await assert.rejects(logins.at(-1) ?? assert.fail());
  assert.deepEqual(await life.guesses(7, last), await life.guesses(7, "unhurried"));
});

function residentMib(): number {
  return process.memoryUsage.rss() / KIB / KIB;
}
