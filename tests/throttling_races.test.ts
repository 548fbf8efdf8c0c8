import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import type { UserStore } from "../mod.ts";
import { emailOf, NEW_PASSWORD, outcomes, PASSWORD } from "./_harness.ts";
import { openForAccounts, openThrottled, RecordingThrottle, type ThrottledLife } from "./_throttled_life.ts";
import { throttles } from "./_throttles.ts";

const WRONG = "a guess that is wrong";

const BUDGET_OF_10 = {
  passwordAttempts: { freeAttempts: 100, firstSeconds: 1, maxSeconds: 1, maxConsecutive: 10 },
};

for (const { name, open } of throttles) {
  test(`1 000 guesses at once take exactly the account's 10 attempts, with writers about, on ${name} (R89, V19, V34, T3)`, async () => {
    const { store, throttle } = await open();
    const life = openForAccounts(BUDGET_OF_10, { store, throttle: new RecordingThrottle(throttle) });
    const { sessionToken } = await life.loggedIn("ada");
    life.throttle.calls.length = 0;
    const { verified } = life.passwordHasher;
    takeTurns(life);
    const { harbor } = life;
    const ways: readonly (() => Promise<unknown>)[] = [
      () => harbor.login({ username: "Ada", password: WRONG }),
      () => harbor.login({ username: emailOf("ada"), password: WRONG }),
      () => harbor.sessions.reauthenticate({ sessionToken, password: WRONG }),
      () => harbor.changePassword({ sessionToken, oldPassword: WRONG, newPassword: NEW_PASSWORD }),
    ];
    const codes = await whileWritten(
      life.store,
      async () =>
        await outcomes(
          Array.from({ length: 1_000 }, (_, guess) => ways[guess % ways.length]?.() ?? assert.fail()),
        ),
    );
    assert.equal(life.passwordHasher.verified - verified, 10);
    assert.equal(codes.ok, undefined);
    const account = keyOfAccount(life);
    const taken = life.throttle.calls.filter(({ key, allowed }) => key === account && allowed === true);
    assert.equal(taken.length, 10, "the counter is off");
    life.advance(1);
    assert.equal((await life.refusalOf(() => life.login("ada")))?.code, "invalid_credentials");
    assert.equal(life.events.at(-1)?.reason, "attempts_exhausted");
    assert.equal(await harbor.verifySession(sessionToken), true);
  });
}

test("1 000 guesses at once under one name come to as many hashes as come without a pause (R89, R17, V34)", async () => {
  for (const name of ["ada", "nobody"]) {
    const life = openForAccounts();
    await life.verified("ada");
    const { hashes } = life;
    const codes = await outcomes(
      Array.from({ length: 1_000 }, () => life.harbor.login({ username: name, password: WRONG })),
    );
    assert.deepEqual(codes, { invalid_credentials: 5, rate_limited: 995 });
    assert.equal(life.hashes - hashes, 5);
  }
});

test("1 000 logins at once of one client take exactly its attempts (R89)", async () => {
  const life = openThrottled();
  const guesses = Array.from(
    { length: 1_000 },
    (_, guess) =>
      life.harbor.login({ username: `victim${guess}`, password: WRONG }, { address: "192.0.2.1" }),
  );
  assert.deepEqual(await outcomes(guesses), { invalid_credentials: 10, rate_limited: 990 });
});

test("1 000 at once who ask for mail get as many as are allowed (R95, R89)", async () => {
  const life = openForAccounts();
  await life.verified("ada");
  const mails = await life.mailsOf(() =>
    Promise.all(Array.from({ length: 1_000 }, () => life.harbor.sendPasswordReset(emailOf("ada"))))
  );
  assert.equal(mails.length, 5);
});

test("the right password among wrong ones at once is let in or counted, and the budget stays exact (R89)", async () => {
  const life = openForAccounts(BUDGET_OF_10);
  await life.verified("ada");
  for (let round = 0; round < 20; round++) {
    const { verified } = life.passwordHasher;
    const codes = await outcomes(
      Array.from(
        { length: 12 },
        (_, guess) =>
          life.harbor.login({
            username: guess % 2 ? "ada" : emailOf("ada"),
            password: guess === round ? PASSWORD : WRONG,
          }),
      ),
    );
    await life.harbor.settled();
    // A row that a success ended may be followed by another, which ends no later than with its 10th.
    assert.ok(life.passwordHasher.verified - verified <= (codes.ok === undefined ? 10 : 20));
    life.throttle.calls.length = 0;
    await life.harbor.resetPassword({ resetToken: await life.resetToken("ada"), newPassword: PASSWORD });
    life.advance(3_600);
  }
});

/** Makes each verification last for some turns of the event loop, in which others come by. */
function takeTurns({ passwordHasher }: ThrottledLife): void {
  const verify = passwordHasher.verify.bind(passwordHasher);
  passwordHasher.verify = async (password, passwordHash) => {
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    return await verify(password, passwordHash);
  };
}

/** Runs work while three writers keep changing the same account. */
async function whileWritten<T>(store: UserStore, work: () => Promise<T>): Promise<T> {
  let isOver = false;
  await store.createRole("writer");
  const writers = [0, 1, 2].map(async () => {
    let writes = 0;
    while (!isOver) {
      const hash = await store.getPasswordHash("ada") ?? assert.fail();
      assert.equal(await store.setPasswordHash("ada", hash, { passwordHash: hash }), true);
      await store.grantRoleToUser("ada", "writer");
      writes++;
      await setImmediate();
    }
    return writes;
  });
  try {
    return await work();
  } finally {
    isOver = true;
    for (const writes of await Promise.all(writers)) assert.ok(writes > 1, "nobody wrote");
  }
}

/** The one key under which attempts were counted for a hundred years. */
function keyOfAccount({ throttle }: ThrottledLife): string {
  const keys = new Set(
    throttle.calls.filter(({ request }) => request?.limit === 10).map(({ key }) => key),
  );
  assert.equal(keys.size, 1);
  return [...keys][0] ?? assert.fail();
}
