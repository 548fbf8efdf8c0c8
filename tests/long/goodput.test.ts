import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { setTimeout } from "node:timers/promises";
import { Argon2PasswordHasher, HashLimiter } from "@userharbor/argon2";
import { migrate, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { isUserHarborError, UserHarbor } from "../../mod.ts";
import { RecordingEmailSender } from "../../testing.ts";
import { effort } from "../_effort.ts";
import { emailOf, PASSWORD } from "../_harness.ts";

/** T14: so many want in at once, and go on wanting. */
const CLIENTS = 2_000;

/** Solo and crowded in turns, so that whatever slows the machine slows both. */
const ROUNDS = effort({ suite: 1, long: 9 });

/** Of fewer rounds the median says nothing. */
const ROUNDS_THAT_TELL = 5;

const ROUND_MS = 5_000;

/** T14: of what the hasher does when nobody else wants anything. */
const LEAST_SHARE = 0.9;

test("2 000 who keep trying to log in get at least 0.9 of the logins that the hasher can do alone (T14, R15)", async () => {
  const driver = nodeSqlite(new DatabaseSync(":memory:"));
  await migrate(driver);
  const store = new SqlUserStore(driver);
  const limiter = new HashLimiter();
  const passwordHasher = new Argon2PasswordHasher({ limiter });
  const passwordHash = await passwordHasher.hash(PASSWORD);
  await store.createUser({
    id: "1",
    username: "ada",
    email: emailOf("ada"),
    passwordHash,
    createdAt: new Date(),
  });
  await store.setUserVerified("ada");
  const harbor = new UserHarbor({ store, emailSender: new RecordingEmailSender(), passwordHasher });
  const slots = navigator.hardwareConcurrency;
  const shares: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const solo = await perSecond(slots, () => passwordHasher.verify(PASSWORD, passwordHash));
    const crowded = await perSecond(CLIENTS, () => harbor.login({ username: "ada", password: PASSWORD }));
    console.log(`alone ${solo.toFixed(1)}, crowded ${crowded.toFixed(1)} logins a second`);
    // The first round warms up.
    if (round > 0) shares.push(crowded / solo);
    assert.ok(limiter.inFlight <= slots);
  }
  if (ROUNDS < ROUNDS_THAT_TELL) return;
  const share = shares.toSorted((one, other) => one - other)[Math.floor(shares.length / 2)] ?? 0;
  assert.ok(share >= LEAST_SHARE, `${share.toFixed(2)} of what the hasher can do`);
});

/** How many successes a second so many clients have, each of which comes again when it is told to. */
async function perSecond(clients: number, attempt: () => Promise<unknown>): Promise<number> {
  let successes = 0;
  const startedAt = performance.now();
  const end = startedAt + ROUND_MS;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() < end) {
      try {
        await attempt();
        successes++;
      } catch (error) {
        if (!isUserHarborError(error) || error.code !== "overloaded") throw error;
        // Not all of them at the same moment: people do not either.
        const left = end - performance.now();
        await setTimeout(
          Math.max(0, Math.min(left, (error.retryAfterSeconds ?? 0) * 1_000 * (0.5 + Math.random()))),
        );
      }
    }
  }));
  return successes / ((performance.now() - startedAt) / 1_000);
}
