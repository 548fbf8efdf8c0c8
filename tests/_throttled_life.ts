import assert from "node:assert/strict";
import {
  type AttemptRequest,
  type AttemptReservation,
  type ErrorCode,
  isUserHarborError,
  MemoryThrottle,
  type RequestContext,
  type Throttle,
  type ThrottleLimits,
} from "../mod.ts";
import { Life, type Overrides } from "./_harness.ts";

/** One call of a throttle. */
export interface ThrottleCall {
  readonly method: "reserve" | "refund" | "clear" | "purgeExpired";
  /** Absent: of a purge. */
  readonly key?: string;
  readonly request?: AttemptRequest;
  /** What a reservation was answered. */
  allowed?: boolean;
}

/** Remembers what a throttle was asked, and fails when it is told to. */
export class RecordingThrottle implements Throttle {
  readonly calls: ThrottleCall[] = [];
  /** Runs before every call; what it throws, the call rejects with. */
  beforeCall: (call: ThrottleCall) => void | Promise<void> = () => {};
  readonly #throttle: Throttle;

  constructor(throttle: Throttle = new MemoryThrottle()) {
    this.#throttle = throttle;
  }

  async reserve(request: AttemptRequest): Promise<AttemptReservation> {
    const call: ThrottleCall = { method: "reserve", key: request.key, request };
    await this.#begin(call);
    const reservation = await this.#throttle.reserve(request);
    call.allowed = reservation.allowed;
    return reservation;
  }

  async refund(key: string): Promise<void> {
    await this.#begin({ method: "refund", key });
    await this.#throttle.refund(key);
  }

  async clear(key: string): Promise<void> {
    await this.#begin({ method: "clear", key });
    await this.#throttle.clear(key);
  }

  async purgeExpired(request: { readonly before: Date; readonly limit: number }): Promise<number> {
    await this.#begin({ method: "purgeExpired" });
    return await this.#throttle.purgeExpired?.(request) ?? 0;
  }

  async #begin(call: ThrottleCall): Promise<void> {
    this.calls.push(call);
    await this.beforeCall(call);
  }
}

/** Limits for tests about accounts, in which everybody comes from one address. */
export const NO_CLIENT_LIMITS: Partial<ThrottleLimits> = {
  loginsPerClient: null,
  failedLoginsPerClient: null,
  registrationsPerClient: null,
  mailRequestsPerClient: null,
};

/** A harbor with a throttle, and short cuts to guesses. */
export class ThrottledLife extends Life {
  readonly throttle: RecordingThrottle;

  constructor({ throttle = new RecordingThrottle(), ...overrides }: ThrottledOverrides) {
    super({ ...overrides, throttle });
    this.throttle = throttle;
  }

  /** Tries to log in, and answers how that ended: `ok`, or the code of the refusal. */
  async tries(username: string, password: string, context?: RequestContext): Promise<ErrorCode | "ok"> {
    return (await this.refusalOf(() => this.harbor.login({ username, password }, context)))?.code ?? "ok";
  }

  /** Tries to log in so many times, whatever comes of it; no time passes. */
  async guesses(times: number, username: string, context?: RequestContext): Promise<(ErrorCode | "ok")[]> {
    const answers: (ErrorCode | "ok")[] = [];
    for (let time = 0; time < times; time++) {
      answers.push(await this.tries(username, "a guess that is wrong", context));
    }
    return answers;
  }

  /** What an operation was refused with; null: it was not. */
  async refusalOf(operation: () => Promise<unknown>): Promise<Refusal | null> {
    try {
      await operation();
      return null;
    } catch (error) {
      if (!isUserHarborError(error)) throw error;
      const { code, message, retryAfterSeconds } = error;
      return { code, message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
    } finally {
      await this.harbor.settled();
    }
  }

  /** Asserts that an operation is refused for having been tried too often, before anybody was looked up. */
  async isLimited(operation: () => Promise<unknown>): Promise<number> {
    const { hashes } = this;
    const calls = this.calls.length;
    const mails = this.mails.length;
    const refusal = await this.refusalOf(operation);
    assert.equal(refusal?.code, "rate_limited");
    assert.equal(this.hashes, hashes, "something was hashed");
    assert.equal(this.calls.length, calls, "the store was asked");
    assert.equal(this.mails.length, mails, "a refusal sent mail");
    return refusal.retryAfterSeconds ?? assert.fail("nobody is told when to try again");
  }

  /** Fails a throttle's calls, or lets them go on. */
  throttleIs(state: "down" | "up"): void {
    this.throttle.beforeCall = () => {
      if (state === "down") throw new RangeError("the throttle is down");
    };
  }
}

/** All that a caller sees of a refusal. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

/** As for every life, with a throttle that remembers. */
export interface ThrottledOverrides extends Omit<Overrides, "throttle"> {
  readonly throttle?: RecordingThrottle;
}

/** A harbor with a throttle; its limits are the default, unless a test says otherwise. */
export function openThrottled(overrides: ThrottledOverrides = {}): ThrottledLife {
  return new ThrottledLife(overrides);
}

/** A harbor with the default limits for accounts alone. */
export function openForAccounts(
  limits: Partial<ThrottleLimits> = {},
  overrides: ThrottledOverrides = {},
): ThrottledLife {
  return new ThrottledLife({ ...overrides, throttleLimits: { ...NO_CLIENT_LIMITS, ...limits } });
}
