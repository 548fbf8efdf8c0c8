import { UserHarborError } from "@userharbor/core";

import { checkInteger } from "./_check_integer.ts";
import { refuseUnknown } from "./_refuse_unknown.ts";

/** How much hashing a {@link HashLimiter} lets run and wait. */
export interface HashLimiterOptions {
  /** Memory that hashes in flight may take together, in KiB. Default: 262 144 (256 MiB). */
  readonly memoryBudgetKib?: number;
  /** Hashes in flight at most. Default: the number of logical processors, or 1 where it is not known. */
  readonly maxInFlight?: number;
  /** Hashes waiting for each one that may be in flight. Default: 32; 0 refuses instead of queueing. */
  readonly maxQueuedPerSlot?: number;
  /** Seconds after which a waiting hash is refused. Default: 2. */
  readonly maxWaitSeconds?: number;
}

/** 256 MiB: thirteen hashes at the default cost. */
const DEFAULT_MEMORY_BUDGET_KIB = 262_144;

/** At 50 ms a hash the last in the queue starts after 1.6 s: within the default wait. */
const DEFAULT_MAX_QUEUED_PER_SLOT = 32;

/** Longer than this a person has reloaded the page, and the hash is computed for nobody. */
const DEFAULT_MAX_WAIT_SECONDS = 2;

/** What a timer can hold without overflowing, and more than anybody waits. */
const MAX_WAIT_SECONDS = 3_600;

interface Waiter {
  readonly permitKib: number;
  readonly admit: () => void;
}

/**
 * Bounds the memory and the processors that hashing takes, and how long anybody waits for it.
 *
 * A hash in flight holds a permit as large as its memory. What does not fit waits in order of arrival; nobody
 * overtakes, so that a dear hash is not starved by cheap ones. Whoever finds the queue full, or waits too
 * long, is refused with `overloaded`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Argon2PasswordHasher, HashLimiter } from "@userharbor/argon2";
 *
 * const limiter = new HashLimiter({ memoryBudgetKib: 65_536, maxInFlight: 2 });
 * const hasher = new Argon2PasswordHasher({ limiter });
 * const hash = hasher.hash("seven quiet otters at dawn");
 * assert.equal(limiter.inFlight, 1);
 * await hash;
 * assert.equal(limiter.inFlight, 0);
 * ```
 */
export class HashLimiter {
  readonly #memoryBudgetKib: number;
  readonly #maxInFlight: number;
  readonly #maxQueuedPerSlot: number;
  readonly #maxWaitSeconds: number;
  readonly #queue: Waiter[] = [];
  #inFlight = 0;
  #heldKib = 0;

  /**
   * Makes a limiter; share one between all hashers of a process.
   *
   * @param options the bounds
   * @throws {TypeError} naming the option that is not a number, or that does not exist
   * @throws {RangeError} naming the option that is out of range
   */
  constructor(options: HashLimiterOptions = {}) {
    const {
      memoryBudgetKib = DEFAULT_MEMORY_BUDGET_KIB,
      maxInFlight = logicalProcessors(),
      maxQueuedPerSlot = DEFAULT_MAX_QUEUED_PER_SLOT,
      maxWaitSeconds = DEFAULT_MAX_WAIT_SECONDS,
      ...unknown
    } = options;
    refuseUnknown(unknown);
    const max = Number.MAX_SAFE_INTEGER;
    checkInteger({ name: "memoryBudgetKib", value: memoryBudgetKib, min: 1, max });
    checkInteger({ name: "maxInFlight", value: maxInFlight, min: 1, max });
    checkInteger({ name: "maxQueuedPerSlot", value: maxQueuedPerSlot, min: 0, max });
    checkWait(maxWaitSeconds);
    this.#memoryBudgetKib = memoryBudgetKib;
    this.#maxInFlight = maxInFlight;
    this.#maxQueuedPerSlot = maxQueuedPerSlot;
    this.#maxWaitSeconds = maxWaitSeconds;
  }

  /** Hashes being computed. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Hashes waiting for their turn. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Memory held by the hashes in flight, in KiB; one that needs more than the budget counts as the budget. */
  get heldKib(): number {
    return this.#heldKib;
  }

  /**
   * Runs a job once its memory and a processor are free; a job that needs more than the budget runs alone.
   *
   * @param memoryKib memory the job takes, in KiB
   * @param job computes one hash; its permit is returned however it ends
   * @returns what the job resolved to
   * @throws {RangeError} when the memory is not a positive number
   * @throws {UserHarborError} `overloaded` when the queue is full or the wait was too long; the job did not run
   */
  async run<T>(memoryKib: number, job: () => Promise<T>): Promise<T> {
    if (!(memoryKib > 0)) throw new RangeError("memoryKib must be a positive number");
    const permitKib = Math.min(memoryKib, this.#memoryBudgetKib);
    if (this.#queue.length === 0 && this.#fits(permitKib)) this.#hold(permitKib);
    else await this.#wait(permitKib);
    try {
      return await job();
    } finally {
      this.#inFlight--;
      this.#heldKib -= permitKib;
      this.#admitWaiting();
    }
  }

  #fits(permitKib: number): boolean {
    return this.#inFlight < this.#maxInFlight && this.#heldKib + permitKib <= this.#memoryBudgetKib;
  }

  #hold(permitKib: number): void {
    this.#inFlight++;
    this.#heldKib += permitKib;
  }

  async #wait(permitKib: number): Promise<void> {
    const slots = Math.min(this.#maxInFlight, Math.floor(this.#memoryBudgetKib / permitKib));
    if (this.#queue.length >= slots * this.#maxQueuedPerSlot) throw this.#overloaded();
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        permitKib,
        admit: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        reject(this.#overloaded());
        // Whoever stood behind it may need less.
        this.#admitWaiting();
      }, this.#maxWaitSeconds * 1_000);
      this.#queue.push(waiter);
    });
  }

  #admitWaiting(): void {
    for (let next = this.#queue[0]; next !== undefined && this.#fits(next.permitKib); next = this.#queue[0]) {
      this.#queue.shift();
      // Held before the waiter wakes, so that no newcomer takes its place.
      this.#hold(next.permitKib);
      next.admit();
    }
  }

  #overloaded(): UserHarborError {
    // By then everybody in the queue has been served or refused.
    const retryAfterSeconds = Math.ceil(this.#maxWaitSeconds);
    return new UserHarborError("overloaded", "Cannot hash the password: too many hashes at once", {
      retryAfterSeconds,
    });
  }
}

function checkWait(seconds: unknown): void {
  if (typeof seconds !== "number") throw new TypeError("maxWaitSeconds must be a number");
  if (!(seconds > 0 && seconds <= MAX_WAIT_SECONDS)) {
    throw new RangeError(`maxWaitSeconds must be above 0 and at most ${MAX_WAIT_SECONDS}`);
  }
}

function logicalProcessors(): number {
  // Node has no navigator before version 21.
  const navigator: { readonly hardwareConcurrency?: number } | undefined = globalThis.navigator;
  return Math.max(1, navigator?.hardwareConcurrency ?? 1);
}
