import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { UserHarbor, type UserHarborOptions } from "../mod.ts";
import { checkOptions } from "../options.ts";
import { FastPasswordHasher, RecordingEmailSender } from "../testing.ts";
import { untyped } from "./_harness.ts";
import { PlainOutbox } from "./_plain_outbox.ts";
import { withoutOptionalMethods } from "./_without_optional_methods.ts";

const PORTS = {
  store: new MemoryUserStore(),
  emailSender: new RecordingEmailSender(),
  passwordHasher: new FastPasswordHasher(),
};

const SECONDS = [
  "emailVerificationTtlSeconds",
  "passwordResetTtlSeconds",
  "emailChangeTtlSeconds",
  "sessionTtlSeconds",
  "sessionRefreshThresholdSeconds",
  "sessionMaxAgeSeconds",
  "sessionClientRetentionSeconds",
  "unverifiedTtlSeconds",
] as const;

test("UserHarbor defaults to the contract's times", () => {
  const checked = checkOptions(PORTS);
  const { emailVerificationTtlMs, passwordResetTtlMs, sessionTtlMs, sessionRefreshThresholdMs } = checked;
  const { sessionMaxAgeMs, unverifiedTtlMs, emailChangeTtlMs } = checked;
  assert.deepEqual(
    { emailVerificationTtlMs, passwordResetTtlMs, sessionTtlMs, sessionRefreshThresholdMs, sessionMaxAgeMs },
    {
      emailVerificationTtlMs: 86_400_000,
      passwordResetTtlMs: 3_600_000,
      sessionTtlMs: 2_592_000_000,
      sessionRefreshThresholdMs: 604_800_000,
      sessionMaxAgeMs: 7_776_000_000,
    },
  );
  assert.equal(unverifiedTtlMs, 604_800_000);
  assert.equal(emailChangeTtlMs, 3_600_000);
});

test("UserHarbor takes undefined for every option that has a default", () => {
  const names = [
    ...SECONDS,
    "maxSessionsPerUser",
    "usernameValidator",
    "passwordValidator",
    "tokenSecret",
    "defer",
    "clock",
    "onEvent",
    "auditTrail",
    "outbox",
  ];
  const absent = Object.fromEntries(names.map((name) => [name, undefined]));
  const { emailVerificationTtlMs } = checkOptions(untyped<UserHarborOptions>({ ...PORTS, ...absent }));
  assert.equal(emailVerificationTtlMs, 86_400_000);
});

test("UserHarbor refreshes in the last half of a short ttl, unless told otherwise", () => {
  const threshold = (options: Partial<UserHarborOptions>) =>
    checkOptions({ ...PORTS, ...options }).sessionRefreshThresholdMs;
  assert.equal(threshold({ sessionTtlSeconds: 1_209_600 }), 604_800_000);
  assert.equal(threshold({ sessionTtlSeconds: 1_209_598 }), 604_799_000);
  assert.equal(threshold({ sessionTtlSeconds: 1 }), 500);
  assert.equal(threshold({ sessionTtlSeconds: 10, sessionRefreshThresholdSeconds: 9 }), 9_000);
  assert.equal(threshold({ sessionRefreshThresholdSeconds: null }), null);
});

test("UserHarbor refuses a missing or wrong port by name", () => {
  for (const name of ["store", "emailSender", "passwordHasher"]) {
    for (const value of [undefined, null, 7, "x", true]) {
      assertRefused({ [name]: value }, { name, error: TypeError });
    }
  }
  for (const options of [undefined, null, 7, "x"]) {
    assert.throws(() => new UserHarbor(untyped<UserHarborOptions>(options)), TypeError);
  }
});

test("UserHarbor refuses a number of seconds that is none, or out of range, by name", () => {
  for (const name of SECONDS) {
    for (const value of [0, -1, 0.5, 1.5, NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER]) {
      assertRefused({ [name]: value }, { name, error: RangeError });
    }
    for (const value of ["60", true, {}, [60], 60n, new Date(0)]) {
      assertRefused({ [name]: value }, { name, error: TypeError });
    }
  }
});

test("UserHarbor refuses null for a number of seconds, but for the refresh threshold", () => {
  for (const name of SECONDS) {
    if (name === "sessionRefreshThresholdSeconds") continue;
    assertRefused({ [name]: null }, { name, error: TypeError });
  }
});

test("UserHarbor refuses a maximum age below the ttl, and a threshold that is not below it, by name", () => {
  const tooOld = { sessionTtlSeconds: 100, sessionMaxAgeSeconds: 99 };
  assertRefused(tooOld, { name: "sessionMaxAgeSeconds", error: RangeError });
  assertRefused({ sessionTtlSeconds: 7_776_001 }, { name: "sessionMaxAgeSeconds", error: RangeError });
  new UserHarbor({ ...PORTS, sessionTtlSeconds: 100, sessionMaxAgeSeconds: 100 });
  for (const sessionRefreshThresholdSeconds of [100, 101]) {
    const eager = { sessionTtlSeconds: 100, sessionRefreshThresholdSeconds };
    assertRefused(eager, { name: "sessionRefreshThresholdSeconds", error: RangeError });
  }
});

test("UserHarbor refuses what is no function where one belongs, by name", () => {
  for (const name of ["usernameValidator", "passwordValidator", "defer", "clock", "onEvent"]) {
    for (const value of [null, 7, "x", {}, true]) {
      assertRefused({ [name]: value }, { name, error: TypeError });
    }
  }
});

test("UserHarbor refuses an unknown option by name", () => {
  for (const name of ["sessionTtl", "logger", "tokenSecrets", "Clock"]) {
    assertRefused({ [name]: 60 }, { name, error: TypeError });
  }
});

test("UserHarbor does nothing when it is constructed: no call, no timer, no listener (R35)", () => {
  const touched: string[] = [];
  const untouchable = (name: string) =>
    new Proxy({}, {
      get(_target, member) {
        touched.push(`${name}.${String(member)}`);
        return undefined;
      },
    });
  const call = (name: string) => () => {
    touched.push(name);
    return untyped<never>(undefined);
  };
  const { setTimeout } = globalThis;
  globalThis.setTimeout = untyped(call("setTimeout"));
  try {
    new UserHarbor(untyped<UserHarborOptions>({
      store: untouchable("store"),
      emailSender: untouchable("emailSender"),
      passwordHasher: untouchable("passwordHasher"),
      usernameValidator: call("usernameValidator"),
      passwordValidator: call("passwordValidator"),
      defer: call("defer"),
      clock: call("clock"),
      onEvent: call("onEvent"),
      tokenSecret: "sixteen bytes, or more",
    }));
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assert.deepEqual(touched, []);
});

test("UserHarbor keeps the options it was constructed with, whatever becomes of the object (R87)", async () => {
  const emailSender = new RecordingEmailSender();
  const options = { ...PORTS, store: new MemoryUserStore(), emailSender, passwordValidator: () => true };
  const harbor = new UserHarbor(options);
  options.passwordValidator = () => false;
  options.emailSender = new RecordingEmailSender();
  await harbor.register({ username: "ada", email: "ada@example.org", password: "x" });
  await harbor.settled();
  assert.equal(emailSender.sent.length, 1);
});

test("UserHarbor refuses a limit of sessions that is no whole number from 1, naming the option (R70)", () => {
  const name = "maxSessionsPerUser";
  for (const value of ["3", null, true]) assertRefused({ [name]: value }, { name, error: TypeError });
  for (const value of [0, -1, 1.5, NaN, Infinity]) {
    assertRefused({ [name]: value }, { name, error: RangeError });
  }
});

test("UserHarbor refuses an audit trail on a store that cannot keep one, naming the method (R118)", () => {
  const store = withoutOptionalMethods(new MemoryUserStore());
  assertRefused({ store, auditTrail: true }, { name: "append", error: TypeError });
  new UserHarbor({ ...PORTS, store, auditTrail: false });
  const prototype = Object.assign(new MemoryUserStore(), { transactions: "none" });
  assertRefused({ store: prototype, auditTrail: true }, { name: "auditTrail", error: TypeError });
  for (const auditTrail of ["true", 1, null, {}]) {
    assertRefused({ auditTrail }, { name: "auditTrail", error: TypeError });
  }
});

test("UserHarbor refuses an outbox that seals nothing, and a store that keeps no mail, naming the method (T9)", () => {
  const outbox = new PlainOutbox();
  const store = withoutOptionalMethods(new MemoryUserStore());
  assertRefused({ store, outbox }, { name: "append", error: TypeError });
  const prototype = Object.assign(new MemoryUserStore(), { transactions: "none" });
  assertRefused({ store: prototype, outbox }, { name: "outbox", error: TypeError });
  for (const nothing of ["outbox", true, null, {}]) {
    assertRefused({ outbox: nothing }, { name: "outbox", error: TypeError });
  }
});

interface Refusal {
  readonly name: string;
  readonly error: typeof TypeError | typeof RangeError;
}

function assertRefused(options: Record<string, unknown>, { name, error }: Refusal): void {
  const construct = () => new UserHarbor(untyped<UserHarborOptions>({ ...PORTS, ...options }));
  assert.throws(construct, (thrown: unknown) => {
    assert.ok(thrown instanceof error, `${name}: ${String(thrown)}`);
    assert.ok(thrown.message.includes(name), thrown.message);
    return true;
  }, `${name} = ${String(Object.values(options)[0])}`);
}
