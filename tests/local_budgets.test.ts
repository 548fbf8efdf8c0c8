import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalBudgets } from "../flows/_local_budgets.ts";

const START = Date.parse("2026-01-01T00:00:00.000Z");

function at(seconds: number): Date {
  return new Date(START + seconds * 1000);
}

const MINUTE = { key: "login:ada", limit: 2, windowSeconds: 60 };
const PAUSES = {
  ...MINUTE,
  limit: 100,
  windowSeconds: 86_400,
  backoff: { freeAttempts: 4, firstSeconds: 1, maxSeconds: 900 },
};

test("LocalBudgets counts whole windows of each key, and tells when the next begins (R96)", () => {
  const budgets = new LocalBudgets();
  assert.equal(budgets.take({ ...MINUTE, at: at(0) }).retryAt, null);
  assert.equal(budgets.take({ ...MINUTE, at: at(59) }).retryAt, null);
  assert.deepEqual(budgets.take({ ...MINUTE, at: at(59.999) }).retryAt, at(60));
  assert.equal(budgets.take({ ...MINUTE, key: "login:bob", at: at(59.999) }).retryAt, null);
  assert.equal(budgets.take({ ...MINUTE, at: at(60) }).retryAt, null);
});

test("LocalBudgets has one attempt more than the free ones until the longest pause is over (R88, R96)", () => {
  const budgets = new LocalBudgets();
  const answers = Array.from(
    { length: 7 },
    (_, index) => budgets.take({ ...PAUSES, at: at(index * 100) }).retryAt,
  );
  assert.deepEqual(answers, [null, null, null, null, null, at(900), at(900)]);
  assert.equal(budgets.take({ ...PAUSES, at: at(900) }).retryAt, null);
  const narrow = { ...PAUSES, key: "narrow", limit: 1, at: at(0) };
  assert.equal(budgets.take(narrow).retryAt, null);
  assert.deepEqual(budgets.take(narrow).retryAt, at(900));
});

test("LocalBudgets gives back what was taken, once each, and nothing that was not (R97)", async () => {
  const budgets = new LocalBudgets();
  const [first, second, refused] = [0, 1, 2].map((second) => budgets.take({ ...MINUTE, at: at(second) }));
  await refused?.giveBack();
  assert.deepEqual(budgets.take({ ...MINUTE, at: at(3) }).retryAt, at(60));
  await first?.giveBack();
  assert.equal(budgets.take({ ...MINUTE, at: at(4) }).retryAt, null);
  budgets.forget(MINUTE.key);
  // That budget is gone, and the one that took its place owes nothing.
  await second?.giveBack();
  const answers = [5, 6, 7].map((second) => budgets.take({ ...MINUTE, at: at(second) }).retryAt);
  assert.deepEqual(answers, [null, null, at(65)]);
});

test("LocalBudgets keeps a hundred thousand keys and no more (R98)", () => {
  const budgets = new LocalBudgets();
  const request = { limit: 1, windowSeconds: 60, at: at(0) };
  budgets.take({ ...request, key: "first" });
  for (let index = 1; index < 100_000; index++) budgets.take({ ...request, key: `key-${index}` });
  assert.deepEqual(budgets.take({ ...request, key: "first" }).retryAt, at(60));
  budgets.take({ ...request, key: "one too many" });
  assert.equal(budgets.take({ ...request, key: "first" }).retryAt, null);
});
