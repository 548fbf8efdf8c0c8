import type { PasswordHasher } from "@userharbor/core";

import { checkInteger } from "./_check_integer.ts";
import { type Argon2idCost, checkCost } from "./_cost_limits.ts";
import { refuseUnknown } from "./_refuse_unknown.ts";
import { Argon2PasswordHasher } from "./argon2_password_hasher.ts";

/** What to aim at, and with what. */
export interface CalibrationRequest {
  /** How long one hash is to take, in milliseconds: 1 to 10 000. */
  readonly targetMs: number;
  /** The most memory of one hash, in KiB: 19 456 to 1 048 576. Default: 65 536, as in RFC 9106, 4. */
  readonly maxMemoryKib?: number;
  /** Lanes, 1 to 16. Default: 1. */
  readonly parallelism?: number;
  /** Makes the hasher to measure. Default: `Argon2PasswordHasher`. */
  readonly createHasher?: (cost: Argon2idCost) => Pick<PasswordHasher, "hash">;
  /** Milliseconds since any instant. Default: `performance.now()`. */
  readonly now?: () => number;
}

/** Options for a hasher, and what they cost here. */
export interface Calibration extends Argon2idCost {
  /** What one hash took, the median of five, in milliseconds. */
  readonly measuredMs: number;
}

/** OWASP ASVS 5.0, Appendix C: nothing slower may be left out for speed. */
const FLOOR = { memoryKib: 19_456, iterations: 2 };

/** RFC 9106, 4, the second recommended option. */
const DEFAULT_MAX_MEMORY_KIB = 65_536;

const MAX_ITERATIONS = 20;
const MAX_MEMORY_KIB = 1_048_576;
const MAX_TARGET_MS = 10_000;

/** Odd, so that one of them is the median. */
const SAMPLES = 5;

/** Time grows a little faster than the work, because of caches: what was estimated is measured and corrected. */
const CORRECTIONS = 3;

/**
 * Finds the cost at which a hash takes about as long as wanted on this computer.
 *
 * Memory first, up to what is allowed, then iterations, as RFC 9106, 4, says. Never below what OWASP ASVS approves,
 * even where that takes longer than wanted. Run it on the computer that serves logins, while it has nothing else to
 * do, and write the result into the configuration: measured at each start, it would be weakest when the computer
 * is busiest.
 *
 * @param request how long a hash is to take
 * @returns options for `Argon2PasswordHasher`, and what one hash took
 * @throws {TypeError} naming the option that is of the wrong type, or that does not exist
 * @throws {RangeError} naming the option that is out of range
 * @throws {Error} when the clock stands still while something is computed, as on Cloudflare Workers
 * @see {@link https://www.rfc-editor.org/rfc/rfc9106#section-4 | RFC 9106, 4}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Argon2PasswordHasher, calibrate } from "@userharbor/argon2";
 *
 * const { measuredMs, ...cost } = await calibrate({ targetMs: 50 });
 * const passwordHasher = new Argon2PasswordHasher(cost);
 * assert.ok(cost.memoryKib >= 19_456 && cost.iterations >= 2 && measuredMs > 0);
 * assert.equal(await passwordHasher.needsRehash(await passwordHasher.hash("seven quiet otters at dawn")), false);
 * ```
 */
export async function calibrate(request: CalibrationRequest): Promise<Calibration> {
  const { targetMs, maxMemoryKib, parallelism, measure } = checked(request);
  let cost: Argon2idCost = { ...FLOOR, parallelism };
  let measuredMs = await measure(cost);
  if (!(measuredMs > 0)) throw new Error("Cannot calibrate: the clock stands still while a hash is computed");
  for (let correction = 0; correction < CORRECTIONS; correction++) {
    const next = scaled(cost, { factor: targetMs / measuredMs, maxMemoryKib });
    if (next.memoryKib === cost.memoryKib && next.iterations === cost.iterations) break;
    cost = next;
    measuredMs = await measure(cost);
  }
  return { ...cost, measuredMs };
}

interface Scale {
  readonly factor: number;
  readonly maxMemoryKib: number;
}

/** As much work as `factor` says, within the limits: memory as large as may be, whole iterations over it. */
function scaled(cost: Argon2idCost, { factor, maxMemoryKib }: Scale): Argon2idCost {
  const work = cost.memoryKib * cost.iterations * factor;
  const memoryKib = Math.min(maxMemoryKib, Math.max(FLOOR.memoryKib, Math.floor(work / FLOOR.iterations)));
  const iterations = Math.min(MAX_ITERATIONS, Math.max(FLOOR.iterations, Math.round(work / memoryKib)));
  return { memoryKib, iterations, parallelism: cost.parallelism };
}

interface Checked {
  readonly targetMs: number;
  readonly maxMemoryKib: number;
  readonly parallelism: number;
  readonly measure: (cost: Argon2idCost) => Promise<number>;
}

function checked(request: CalibrationRequest): Checked {
  const {
    targetMs,
    maxMemoryKib = DEFAULT_MAX_MEMORY_KIB,
    parallelism = 1,
    createHasher = (cost) => new Argon2PasswordHasher(cost),
    now = () => performance.now(),
    ...unknown
  } = request;
  refuseUnknown(unknown);
  if (typeof targetMs !== "number") throw new TypeError("targetMs must be a number");
  if (!(targetMs >= 1 && targetMs <= MAX_TARGET_MS)) {
    throw new RangeError(`targetMs must be from 1 to ${MAX_TARGET_MS}`);
  }
  const { memoryKib: min } = FLOOR;
  checkInteger({ name: "maxMemoryKib", value: maxMemoryKib, min, max: MAX_MEMORY_KIB });
  checkCost({ ...FLOOR, parallelism });
  if (typeof createHasher !== "function") throw new TypeError("createHasher must be a function");
  if (typeof now !== "function") throw new TypeError("now must be a function");
  return { targetMs, maxMemoryKib, parallelism, measure: (cost) => medianMs(createHasher(cost), now) };
}

async function medianMs(hasher: Pick<PasswordHasher, "hash">, now: () => number): Promise<number> {
  const password = crypto.randomUUID();
  // The first hash pays for memory that later ones find ready.
  await hasher.hash(password);
  const samples: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const startedAt = now();
    await hasher.hash(password);
    samples.push(now() - startedAt);
  }
  return samples.toSorted((a, b) => a - b)[(SAMPLES - 1) / 2] ?? 0;
}
