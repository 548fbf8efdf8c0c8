import assert from "node:assert/strict";
import { test } from "node:test";

import { isUserHarborError } from "@userharbor/core";

import { HashLimiter, type HashLimiterOptions } from "./hash_limiter.ts";

const MIB = 1_024;

/** Never reached in a test, unless it is about waiting too long. */
const PATIENT: HashLimiterOptions = { maxWaitSeconds: 600 };

test("run() resolves to what the job resolved to, and rejects as it does", async () => {
  const limiter = new HashLimiter();
  assert.equal(await limiter.run(MIB, () => Promise.resolve("done")), "done");
  await assert.rejects(limiter.run(MIB, () => Promise.reject(new Error("native"))), /native/);
});

test("run() returns its permit when the job rejects or throws (R15)", async () => {
  const limiter = new HashLimiter({ ...PATIENT, maxInFlight: 1 });
  await assert.rejects(limiter.run(MIB, () => Promise.reject(new Error("rejected"))));
  await assert.rejects(limiter.run(MIB, () => {
    throw new Error("thrown");
  }));
  assertIdle(limiter);
  assert.equal(await limiter.run(MIB, () => Promise.resolve(1)), 1);
});

test("run() of 500 at once keeps to its bounds and refuses the rest as overloaded (R15)", async () => {
  const limiter = new HashLimiter({ ...PATIENT, maxInFlight: 4, memoryBudgetKib: 100 * MIB });
  const jobs = new Jobs();
  const observed: { inFlight: number; heldKib: number }[] = [];
  const outcomes = Promise.allSettled(
    Array.from({ length: 500 }, (_, index) =>
      limiter.run(19 * MIB, async () => {
        observed.push({ inFlight: limiter.inFlight, heldKib: limiter.heldKib });
        return await jobs.start(index);
      })),
  );
  assert.equal(limiter.inFlight, 4);
  assert.equal(limiter.queued, 32 * 4);
  await jobs.finishAll();

  const settled = await outcomes;
  const done = settled.flatMap((outcome) => outcome.status === "fulfilled" ? [outcome.value] : []);
  const refused = settled.flatMap((outcome) => outcome.status === "rejected" ? [outcome.reason] : []);
  assert.deepEqual(
    done,
    Array.from({ length: 4 + 32 * 4 }, (_, index) => index),
    "not first come, first served",
  );
  assert.equal(refused.length, 500 - done.length);
  for (const reason of refused) assertOverloaded(reason, 600);
  assert.ok(observed.every(({ inFlight, heldKib }) => inFlight <= 4 && heldKib <= 4 * 19 * MIB));
  assertIdle(limiter);
});

test("run() keeps the memory in flight within the budget, whatever the processors allow (R15)", async () => {
  const limiter = new HashLimiter({ ...PATIENT, maxInFlight: 64, memoryBudgetKib: 256 * MIB });
  const jobs = new Jobs();
  const all = Promise.all(
    Array.from({ length: 20 }, (_, index) => limiter.run(100 * MIB, () => jobs.start(index))),
  );
  assert.equal(limiter.inFlight, 2);
  assert.equal(limiter.heldKib, 200 * MIB);
  await jobs.finishAll();
  await all;
  assertIdle(limiter);
});

test("run() queues 32 for each job of that size that fits (R15)", async () => {
  const limiter = new HashLimiter({ ...PATIENT, maxInFlight: 64, memoryBudgetKib: 256 * MIB });
  const jobs = new Jobs();
  const all = Promise.allSettled(
    Array.from({ length: 100 }, (_, index) => limiter.run(128 * MIB, () => jobs.start(index))),
  );
  assert.equal(limiter.inFlight, 2);
  assert.equal(limiter.queued, 64);
  await jobs.finishAll();
  assert.equal((await all).filter(({ status }) => status === "rejected").length, 100 - 66);
});

test("run() of more memory than the budget happens, alone (R15)", async () => {
  const limiter = new HashLimiter({ ...PATIENT, maxInFlight: 4, memoryBudgetKib: 64 * MIB });
  const jobs = new Jobs();
  const small = limiter.run(MIB, () => jobs.start("small"));
  const huge = limiter.run(1_024 * MIB, () => jobs.start("huge"));
  const late = limiter.run(MIB, () => jobs.start("late"));
  assert.deepEqual(jobs.running(), ["small"]);
  await jobs.finish("small");
  await small;
  assert.deepEqual(jobs.running(), ["huge"]);
  await jobs.finish("huge");
  await huge;
  assert.deepEqual(jobs.running(), ["late"]);
  await jobs.finish("late");
  await late;
  assertIdle(limiter);
});

test("run() lets nobody overtake, so that a large job is not starved by small ones", async () => {
  const limiter = new HashLimiter({ ...PATIENT, maxInFlight: 4, memoryBudgetKib: 100 * MIB });
  const jobs = new Jobs();
  const first = limiter.run(60 * MIB, () => jobs.start("first"));
  const large = limiter.run(100 * MIB, () => jobs.start("large"));
  const small = Array.from({ length: 50 }, () => limiter.run(MIB, () => jobs.start("small")));
  assert.deepEqual(jobs.running(), ["first"], "a small job overtook the large one");
  await jobs.finish("first");
  await first;
  assert.deepEqual(jobs.running(), ["large"]);
  await jobs.finishAll();
  await Promise.all([large, ...small]);
  assertIdle(limiter);
});

test("run() is overloaded after the longest wait, without running the job (R15)", async () => {
  const limiter = new HashLimiter({ maxInFlight: 1, maxWaitSeconds: 0.01 });
  const jobs = new Jobs();
  const running = limiter.run(MIB, () => jobs.start("running"));
  await assert.rejects(limiter.run(MIB, () => jobs.start("waiting")), (error) => assertOverloaded(error, 1));
  assert.deepEqual(jobs.started, ["running"]);
  assert.equal(limiter.queued, 0);
  await jobs.finishAll();
  await running;
  assertIdle(limiter);
});

test("run() admits who stands behind a job that gave up and was too large", async () => {
  const limiter = new HashLimiter({ maxInFlight: 4, memoryBudgetKib: 100 * MIB, maxWaitSeconds: 0.05 });
  const jobs = new Jobs();
  const running = limiter.run(60 * MIB, () => jobs.start("running"));
  const large = assert.rejects(limiter.run(100 * MIB, () => jobs.start("large")));
  await new Promise((resolve) => setTimeout(resolve, 10));
  const small = limiter.run(MIB, () => jobs.start("small"));
  await large;
  assert.deepEqual(jobs.running(), ["running", "small"]);
  await jobs.finishAll();
  await Promise.all([running, small]);
  assertIdle(limiter);
});

test("run() with no queue refuses at once what cannot run at once (R15)", async () => {
  const limiter = new HashLimiter({ ...PATIENT, maxInFlight: 1, maxQueuedPerSlot: 0 });
  const jobs = new Jobs();
  const running = limiter.run(MIB, () => jobs.start("running"));
  await assert.rejects(
    limiter.run(MIB, () => jobs.start("refused")),
    (error) => assertOverloaded(error, 600),
  );
  await jobs.finishAll();
  await running;
  assert.equal(await limiter.run(MIB, () => Promise.resolve("next")), "next");
});

test("run() leaves no timer behind for jobs that were admitted", async () => {
  const timers = watchTimers();
  try {
    const limiter = new HashLimiter({ ...PATIENT, maxInFlight: 1 });
    await Promise.all(Array.from({ length: 20 }, () => limiter.run(MIB, () => Promise.resolve())));
    assert.equal(timers.set, 19);
    assert.equal(timers.live.size, 0);
  } finally {
    timers.restore();
  }
});

test("run() rejects with a RangeError for memory that is none", async () => {
  const limiter = new HashLimiter();
  for (const memoryKib of [0, -1, NaN]) {
    await assert.rejects(limiter.run(memoryKib, () => Promise.resolve()), RangeError);
  }
  assertIdle(limiter);
});

test("HashLimiter() bounds itself by processors, 256 MiB, 32 waiting for each and 2 seconds (R15)", async () => {
  const limiter = new HashLimiter();
  const jobs = new Jobs();
  const slots = Math.min(globalThis.navigator?.hardwareConcurrency ?? 1, 13);
  const all = Promise.allSettled(
    Array.from({ length: slots * 33 + 1 }, (_, index) => limiter.run(19 * MIB, () => jobs.start(index))),
  );
  assert.equal(limiter.inFlight, slots);
  assert.equal(limiter.queued, slots * 32);
  await jobs.finishAll();
  const refused = (await all).flatMap((outcome) => outcome.status === "rejected" ? [outcome.reason] : []);
  assert.equal(refused.length, 1);
  assertOverloaded(refused[0], 2);
});

test("HashLimiter() throws a RangeError naming an option that is out of range", () => {
  const wrong: readonly HashLimiterOptions[] = [
    { memoryBudgetKib: 0 },
    { memoryBudgetKib: 1.5 },
    { memoryBudgetKib: Infinity },
    { maxInFlight: 0 },
    { maxInFlight: NaN },
    { maxQueuedPerSlot: -1 },
    { maxWaitSeconds: 0 },
    { maxWaitSeconds: -1 },
    { maxWaitSeconds: NaN },
    { maxWaitSeconds: Infinity },
  ];
  for (const options of wrong) {
    const [name = ""] = Object.keys(options);
    assert.throws(
      () => new HashLimiter(options),
      (error) => error instanceof RangeError && error.message.includes(name),
    );
  }
});

test("HashLimiter() throws a TypeError naming an option that is not a number", () => {
  for (const name of ["memoryBudgetKib", "maxInFlight", "maxQueuedPerSlot", "maxWaitSeconds"]) {
    for (const value of ["4", null, 4n]) {
      const options: HashLimiterOptions = Object.fromEntries([[name, value]]);
      assert.throws(
        () => new HashLimiter(options),
        (error) => error instanceof TypeError && error.message.includes(name),
      );
    }
  }
});

/** Jobs that run until they are told to finish. */
class Jobs {
  readonly started: (string | number)[] = [];
  readonly #running: { readonly name: string | number; readonly finish: () => void }[] = [];

  start<T extends string | number>(name: T): Promise<T> {
    this.started.push(name);
    return new Promise((resolve) => this.#running.push({ name, finish: () => resolve(name) }));
  }

  running(): (string | number)[] {
    return this.#running.map(({ name }) => name);
  }

  async finish(name: string | number): Promise<void> {
    const index = this.#running.findIndex((job) => job.name === name);
    assert.ok(index >= 0, `${name} is not running`);
    this.#running.splice(index, 1)[0]?.finish();
    await turn();
  }

  async finishAll(): Promise<void> {
    for (let next = this.#running.shift(); next !== undefined; next = this.#running.shift()) {
      next.finish();
      await turn();
    }
  }
}

/** Lets everything that was resolved take effect. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function assertIdle(limiter: HashLimiter): void {
  const { inFlight, queued, heldKib } = limiter;
  assert.deepEqual({ inFlight, queued, heldKib }, { inFlight: 0, queued: 0, heldKib: 0 });
}

function assertOverloaded(error: unknown, retryAfterSeconds: number): true {
  assert.ok(isUserHarborError(error));
  assert.equal(error.code, "overloaded");
  assert.equal(error.retryAfterSeconds, retryAfterSeconds);
  return true;
}

interface WatchedTimers {
  set: number;
  readonly live: Set<unknown>;
  readonly restore: () => void;
}

function watchTimers(): WatchedTimers {
  const { setTimeout, clearTimeout } = globalThis;
  const timers: WatchedTimers = {
    set: 0,
    live: new Set(),
    restore: () => Object.assign(globalThis, { setTimeout, clearTimeout }),
  };
  Object.assign(globalThis, {
    setTimeout: (call: () => void, ms: number) => {
      const timer = setTimeout(call, ms);
      timers.set++;
      timers.live.add(timer);
      return timer;
    },
    clearTimeout: (timer: ReturnType<typeof setTimeout> | undefined) => {
      timers.live.delete(timer);
      clearTimeout(timer);
    },
  });
  return timers;
}

test("HashLimiter() throws a TypeError naming an option that does not exist", () => {
  const options: object = { maxInflight: 1 };
  assert.throws(
    () => new HashLimiter(options),
    (error) => error instanceof TypeError && /maxInflight/.test(error.message),
  );
});
