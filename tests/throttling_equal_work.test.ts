import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, NEW_PASSWORD, PASSWORD } from "./_harness.ts";
import { openForAccounts, openThrottled, type Refusal, type ThrottledLife } from "./_throttled_life.ts";

const WRONG = "a guess that is wrong";

/** All that a login did, but for whom. */
interface Work {
  readonly refusal: Refusal | null;
  /** The throttle's calls: which, and of what budget. */
  readonly throttled: readonly string[];
  readonly reads: readonly string[];
  readonly hashes: number;
}

test("login() does the same work, throttle included, for accounts known and unknown (R19, R20, R99)", async () => {
  const [first, ...others] = await Promise.all(PEOPLE.map(async ({ name, prepare }) => {
    const life = openThrottled();
    await prepare(life);
    life.advance(60);
    const work: Work[] = [];
    // The 5th begins a pause, the 6th meets it; later the client's budget of failures is empty.
    for (let guess = 0; guess < 40; guess++) {
      work.push(await workOf(life, name));
      if (guess % 6 === 5) life.advance(guess);
    }
    return { name, work };
  }));
  assert.ok(first !== undefined);
  assert.deepEqual(
    new Set(first.work.map(({ refusal }) => refusal?.code)),
    new Set(["invalid_credentials", "rate_limited"]),
  );
  assert.deepEqual(new Set(first.work.map(({ hashes }) => hashes)), new Set([1, 0]));
  for (const { name, work } of others) assert.deepEqual(work, first.work, name);
});

test("login() does the same work for an account whose budget is exhausted, and for none (R19, R20, R93)", async () => {
  const work = [];
  for (const name of ["ada", "nobody"]) {
    const life = openForAccounts({
      passwordAttempts: { freeAttempts: 10, firstSeconds: 1, maxSeconds: 1, maxConsecutive: 5 },
    });
    await life.verified("ada");
    await life.guesses(5, name);
    const { verified } = life.passwordHasher;
    work.push([await workOf(life, name), await workOf(life, name, PASSWORD)]);
    assert.equal(life.passwordHasher.verified, verified);
  }
  assert.deepEqual(work[0], work[1]);
  assert.deepEqual(work[0]?.[0], work[0]?.[1], "the right password shows");
  assert.equal(work[0]?.[0]?.hashes, 1);
});

test("a refusal for too many attempts is the same for accounts known and unknown (R99)", async () => {
  const refusals = [];
  for (const { name, prepare } of PEOPLE) {
    const life = openThrottled();
    await prepare(life);
    await life.guesses(10, name);
    refusals.push(await life.refusalOf(() => life.login(name, WRONG)));
  }
  for (const refusal of refusals) assert.deepEqual(refusal, refusals[0]);
  assert.deepEqual([refusals[0]?.code, refusals[0]?.retryAfterSeconds], ["rate_limited", 1]);
});

const PEOPLE: readonly { readonly name: string; readonly prepare: (life: ThrottledLife) => Promise<void> }[] =
  [
    { name: "nobody", prepare: async () => {} },
    { name: "ada", prepare: (life) => life.verified("ada") },
    { name: emailOf("ada"), prepare: (life) => life.verified("ada") },
    { name: "unverified", prepare: (life) => life.registered("unverified") },
    { name: emailOf("unverified"), prepare: (life) => life.registered("unverified") },
    { name: emailOf("nobody"), prepare: async () => {} },
    {
      name: "lapsed",
      prepare: async (life) => {
        await life.registered("lapsed");
        life.advance(604_800);
      },
    },
    {
      name: "changed",
      prepare: async (life) => {
        const { sessionToken } = await life.loggedIn("changed");
        await life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
      },
    },
  ];

async function workOf(life: ThrottledLife, username: string, password = WRONG): Promise<Work> {
  const { hashes } = life;
  const calls = life.throttle.calls.length;
  const reads = life.calls.length;
  const refusal = await life.refusalOf(() => life.harbor.login({ username, password }));
  return {
    refusal,
    throttled: life.throttle.calls.slice(calls).map(({ method, key, request, allowed }) =>
      JSON.stringify([method, key?.split(":")[0], request?.limit, request?.backoff, allowed])
    ),
    // Names and addresses are looked up in indexes of their own.
    reads: life.calls.slice(reads).map(({ method }) => method.replace(/^getUserBy.*/, "look up")),
    hashes: life.hashes - hashes,
  };
}
