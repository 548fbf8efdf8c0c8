import assert from "node:assert/strict";
import { test } from "node:test";
import { type AttemptCount, type AttemptRequest, countAttempt, refundAttempt } from "../mod.ts";
import { untyped } from "./_harness.ts";

const START = Date.parse("2026-01-01T00:00:00.000Z");

/** So many seconds after the first attempt. */
function at(seconds: number): Date {
  return new Date(START + seconds * 1000);
}

function request(seconds: number, changes: Partial<AttemptRequest> = {}): AttemptRequest {
  return { key: "login:ada", limit: 3, windowSeconds: 60, at: at(seconds), ...changes };
}

/** One key, as a throttle keeps it. */
class Key {
  count: AttemptCount | null = null;

  /** What an attempt is told: null when it is allowed, else the seconds at which the next may be made. */
  attempt(seconds: number, changes: Partial<AttemptRequest> = {}): number | null {
    const { reservation, count } = countAttempt(this.count, request(seconds, changes));
    this.count = count ?? this.count;
    assert.equal(reservation.allowed, reservation.retryAt === null);
    return reservation.retryAt === null ? null : (reservation.retryAt.getTime() - START) / 1000;
  }
}

test("countAttempt() allows as many as the limit in the window that the first one begins (R89)", () => {
  const key = new Key();
  assert.equal(key.attempt(0), null);
  assert.equal(key.attempt(10), null);
  assert.equal(key.attempt(59.998), null);
  assert.equal(key.attempt(59.999), 60);
  assert.equal(key.attempt(60), null);
  assert.deepEqual(key.count, { attempts: 1, windowEndsAt: at(120), pauseEndsAt: null });
});

test("countAttempt() counts no refused attempt, and keeps nothing of it", () => {
  const { count } = countAttempt(null, request(0, { limit: 1 }));
  for (const seconds of [0, 1, 59]) {
    assert.deepEqual(countAttempt(count, request(seconds, { limit: 1 })), {
      reservation: { allowed: false, retryAt: at(60) },
      count: null,
    });
  }
  const backoff = { freeAttempts: 0, firstSeconds: 10, maxSeconds: 10 };
  const { count: paused } = countAttempt(null, request(0, { backoff }));
  assert.deepEqual(countAttempt(paused, request(1, { backoff })), {
    reservation: { allowed: false, retryAt: at(10) },
    count: null,
  });
});

test("countAttempt() pauses longer after each attempt beyond the free ones, up to the longest", () => {
  const backoff = { freeAttempts: 2, firstSeconds: 1, maxSeconds: 5 };
  const key = new Key();
  const attempt = (seconds: number) => key.attempt(seconds, { limit: 100, backoff });
  assert.equal(attempt(0), null);
  assert.equal(attempt(0), null);
  assert.equal(attempt(0), null);
  assert.equal(attempt(0.999), 1);
  assert.equal(attempt(1), null);
  assert.equal(attempt(2.999), 3);
  assert.equal(attempt(3), null);
  assert.equal(attempt(6.999), 7);
  assert.equal(attempt(7), null);
  assert.equal(attempt(11.999), 12);
  assert.equal(attempt(12), null);
  assert.equal(attempt(16.999), 17);
  assert.equal(key.count?.attempts, 7);
});

test("countAttempt() ends a pause with its window, and says so", () => {
  const backoff = { freeAttempts: 0, firstSeconds: 1000, maxSeconds: 1000 };
  const key = new Key();
  assert.equal(key.attempt(0, { backoff }), null);
  assert.equal(key.attempt(1, { backoff }), 60);
  assert.equal(key.attempt(60, { backoff }), null);
  assert.equal(key.attempt(60.001, { backoff }), 120);
});

test("countAttempt() says the end of the window once the budget is spent, whatever pause is running", () => {
  const backoff = { freeAttempts: 0, firstSeconds: 1, maxSeconds: 1 };
  const key = new Key();
  assert.equal(key.attempt(0, { limit: 1, backoff }), null);
  assert.equal(key.attempt(0, { limit: 1, backoff }), 60);
});

test("countAttempt() of a clock set back makes no budget whole, and nobody waits for longer than a window", () => {
  const key = new Key();
  for (const _ of [1, 2, 3]) assert.equal(key.attempt(1_000_000), null);
  assert.equal(key.attempt(0), 60, "not until the clock is there again");
  assert.deepEqual(key.count, { attempts: 3, windowEndsAt: at(60), pauseEndsAt: null });
  assert.equal(key.attempt(59.999), 60);
  assert.equal(key.attempt(60), null);
});

test("countAttempt() of a clock set back pauses for no longer than the pause would be", () => {
  const backoff = { freeAttempts: 0, firstSeconds: 10, maxSeconds: 10 };
  const key = new Key();
  assert.equal(key.attempt(30, { backoff }), null);
  assert.equal(key.attempt(0, { backoff }), 10);
  assert.equal(key.attempt(9.999, { backoff }), 10);
  assert.equal(key.attempt(10, { backoff }), null);
  assert.equal(key.count?.attempts, 2);
});

test("countAttempt() follows limits that were changed while a window runs", () => {
  const key = new Key();
  for (const _ of [1, 2, 3]) assert.equal(key.attempt(0), null);
  assert.equal(key.attempt(1, { limit: 4 }), null);
  assert.equal(key.attempt(2, { limit: 2 }), 60);
  assert.equal(key.attempt(3, { windowSeconds: 10 }), 13, "a shorter window holds for those running");
  assert.equal(key.attempt(4, { windowSeconds: 1000 }), 13, "a longer one only for the next");
  const paused = new Key();
  paused.attempt(0, { backoff: { freeAttempts: 0, firstSeconds: 30, maxSeconds: 30 } });
  const shortened = { freeAttempts: 0, firstSeconds: 10, maxSeconds: 10 };
  assert.equal(paused.attempt(1, { backoff: shortened }), 11, "a shorter pause holds for those running");
  assert.equal(paused.attempt(5, { backoff: shortened }), 11, "and does not begin anew");
  assert.equal(paused.attempt(6), null, "without backoff no pause is running");
});

test("countAttempt() stays exact at sizes far beyond any use", () => {
  const huge = { limit: Number.MAX_SAFE_INTEGER, windowSeconds: 3_155_760_000 };
  const backoff = { freeAttempts: 0, firstSeconds: 1, maxSeconds: 3_155_760_000 };
  const late = new Date("9999-12-31T23:59:59.998Z");
  const last = new Date("9999-12-31T23:59:59.999Z");
  assert.deepEqual(countAttempt(null, request(0, huge)).count?.windowEndsAt, at(3_155_760_000));
  const { count } = countAttempt(
    { attempts: 1e15, windowEndsAt: last, pauseEndsAt: null },
    request(0, { ...huge, backoff, at: late }),
  );
  assert.deepEqual(count, { attempts: 1e15 + 1, windowEndsAt: last, pauseEndsAt: last });
  assert.equal(countAttempt(count, request(0, { ...huge, backoff, at: late })).reservation.allowed, false);
});

test("refundAttempt() gives one attempt back, ends the pause, and keeps the window", () => {
  const stored = { attempts: 3, windowEndsAt: at(60), pauseEndsAt: at(30) };
  assert.deepEqual(refundAttempt(stored), { attempts: 2, windowEndsAt: at(60), pauseEndsAt: null });
  assert.equal(refundAttempt({ ...stored, attempts: 1 }), null);
});

test("countAttempt() shares no Date with anybody", () => {
  const backoff = { freeAttempts: 0, firstSeconds: 10, maxSeconds: 10 };
  const attempt = request(0, { limit: 1, backoff });
  const { count } = countAttempt(null, attempt);
  attempt.at.setTime(0);
  assert.deepEqual(count, { attempts: 1, windowEndsAt: at(60), pauseEndsAt: at(10) });
  for (const limit of [1, 2]) {
    const refusal = countAttempt(count, request(0, { limit, backoff }));
    refusal.reservation.retryAt?.setTime(0);
    assert.deepEqual(count, { attempts: 1, windowEndsAt: at(60), pauseEndsAt: at(10) });
    const back = countAttempt(count, request(-100, { limit, backoff }));
    back.reservation.retryAt?.setTime(0);
    assert.deepEqual(back.count?.windowEndsAt, at(-40));
  }
});

test("countAttempt() refuses requests that no throttle could count rightly", () => {
  const backoff = { freeAttempts: 0, firstSeconds: 2, maxSeconds: 2 };
  const keys = ["", "a".repeat(256), "a\n", "ä", "\u0000"].map((key) => ({ key }));
  const numbers = [0, -1, 1.5, NaN, Infinity].flatMap((number) => [
    { limit: number },
    { windowSeconds: number },
    { backoff: { ...backoff, firstSeconds: number } },
    { backoff: { ...backoff, maxSeconds: number } },
    { backoff: { ...backoff, freeAttempts: number === 0 ? -2 : number } },
  ]);
  const ranges = [
    { windowSeconds: 3_155_760_001 },
    { backoff: { ...backoff, maxSeconds: 1 } },
    { at: new Date(NaN) },
    { at: new Date("0999-12-31T23:59:59.999Z") },
    { at: new Date("9999-12-31T23:59:59.999Z") },
  ];
  for (const changes of [...keys, ...numbers, ...ranges]) {
    assert.throws(() => countAttempt(null, request(0, changes)), RangeError, JSON.stringify(changes));
  }
  for (
    const changes of [
      { key: 7 },
      { key: ["a"] },
      { limit: "3" },
      { limit: 3n },
      { windowSeconds: null },
      { at: START },
      { at: "2026-01-01" },
      { backoff: null },
      { backoff: 2 },
      { backoff: { freeAttempts: 1 } },
    ]
  ) {
    assert.throws(() => countAttempt(null, request(0, untyped(changes))), TypeError);
  }
  for (const key of [" ", "a", "~".repeat(255)]) countAttempt(null, request(0, { key }));
  countAttempt(null, request(0, { at: new Date("1000-01-01T00:00:00.000Z") }));
});
