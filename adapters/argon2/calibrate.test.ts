import assert from "node:assert/strict";
import { test } from "node:test";

import { Argon2PasswordHasher, calibrate, type CalibrationRequest } from "./mod.ts";

type Cost = Parameters<NonNullable<CalibrationRequest["createHasher"]>>[0];

interface Machine {
  readonly createHasher: (cost: Cost) => { hash(): Promise<string> };
  readonly now: () => number;
  readonly measured: Cost[];
}

/** A computer whose clock moves by what a hash costs, and by nothing else. */
function machine(msOf: (cost: Cost, nth: number) => number): Machine {
  let ms = 0;
  let nth = 0;
  const measured: Cost[] = [];
  return {
    createHasher(cost) {
      measured.push(cost);
      return {
        hash() {
          ms += msOf(cost, nth++);
          return Promise.resolve("hashed");
        },
      };
    },
    now: () => ms,
    measured,
  };
}

/** So many MiB in a millisecond. */
function steady(mibPerMs: number): Machine {
  return machine(({ memoryKib, iterations }) => memoryKib * iterations / 1_024 / mibPerMs);
}

async function costAt(request: CalibrationRequest & Machine): Promise<readonly number[]> {
  const { measured: _, ...rest } = request;
  const { memoryKib, iterations, measuredMs } = await calibrate(rest);
  return [memoryKib, iterations, Math.round(measuredMs)];
}

test("calibrate() takes more memory first, and iterations once there is no more", async () => {
  assert.deepEqual(await costAt({ targetMs: 38, ...steady(1) }), [19_456, 2, 38]);
  assert.deepEqual(await costAt({ targetMs: 80, ...steady(1) }), [40_960, 2, 80]);
  assert.deepEqual(await costAt({ targetMs: 128, ...steady(1) }), [65_536, 2, 128]);
  assert.deepEqual(await costAt({ targetMs: 256, ...steady(1) }), [65_536, 4, 256]);
  assert.deepEqual(await costAt({ targetMs: 256, maxMemoryKib: 131_072, ...steady(1) }), [131_072, 2, 256]);
  assert.deepEqual(await costAt({ targetMs: 250, ...steady(1) }), [65_536, 4, 256], "the nearest there is");
});

test("calibrate() never goes below what OWASP ASVS approves, however slow the computer (R12)", async () => {
  for (const targetMs of [1, 5, 37.9]) {
    assert.deepEqual(await costAt({ targetMs, ...steady(1) }), [19_456, 2, 38]);
  }
  assert.deepEqual(await costAt({ targetMs: 100, ...steady(0.001) }), [19_456, 2, 38_000]);
});

test("calibrate() never goes above its limits, however fast the computer", async () => {
  assert.deepEqual(await costAt({ targetMs: 10_000, ...steady(1_000) }), [65_536, 20, 1]);
});

test("calibrate() measures what it answers, and corrects an estimate that was wrong", async () => {
  // Twice as slow once it does not fit the cache.
  const cached = machine(({ memoryKib, iterations }) =>
    memoryKib * iterations / 1_024 * (memoryKib > 32_768 ? 2 : 1)
  );
  const { memoryKib, iterations, parallelism, measuredMs } = await calibrate({
    targetMs: 256,
    createHasher: cached.createHasher,
    now: cached.now,
  });
  assert.deepEqual([memoryKib, iterations, parallelism, measuredMs], [65_536, 2, 1, 256]);
  assert.deepEqual(cached.measured.at(-1), { memoryKib, iterations, parallelism });
});

test("calibrate() is not misled by a first hash, nor by a pause now and then", async () => {
  const uneven = machine(({ memoryKib, iterations }, nth) =>
    memoryKib * iterations / 1_024 + (nth % 3 === 0 ? 1_000 : 0)
  );
  assert.deepEqual(await costAt({ targetMs: 128, ...uneven }), [65_536, 2, 128]);
});

test("calibrate() measures with the lanes it is asked for, and answers options that a hasher takes", async () => {
  const { createHasher, now, measured } = steady(1);
  const { measuredMs: _, ...cost } = await calibrate({ targetMs: 100, parallelism: 4, createHasher, now });
  assert.equal(cost.parallelism, 4);
  assert.ok(measured.every(({ parallelism }) => parallelism === 4));
  assert.doesNotThrow(() => new Argon2PasswordHasher(cost));
});

test("calibrate() rejects where the clock stands still while a hash is computed", async () => {
  const { createHasher, now } = machine(() => 0);
  await assert.rejects(calibrate({ targetMs: 100, createHasher, now }), /clock/);
});

test("calibrate() rejects an option that is wrong, naming it, before it computes anything", async () => {
  const { createHasher, now, measured } = steady(1);
  const wrong: readonly (readonly [typeof TypeError, string, unknown])[] = [
    [TypeError, "targetMs", undefined],
    [TypeError, "targetMs", "100"],
    [RangeError, "targetMs", 0],
    [RangeError, "targetMs", NaN],
    [RangeError, "targetMs", 10_001],
    [RangeError, "maxMemoryKib", 19_455],
    [RangeError, "maxMemoryKib", 1_048_577],
    [TypeError, "maxMemoryKib", null],
    [RangeError, "parallelism", 17],
    [TypeError, "createHasher", {}],
    [TypeError, "now", 0],
    [TypeError, "targetMS", 100],
  ];
  for (const [kind, name, value] of wrong) {
    const request = { targetMs: 100, createHasher, now, [name]: value };
    await assert.rejects(
      async () => await Reflect.apply(calibrate, undefined, [request]),
      (error) => error instanceof kind && error.message.includes(name),
    );
  }
  assert.equal(measured.length, 0);
});
