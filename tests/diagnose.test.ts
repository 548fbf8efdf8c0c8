import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import {
  type EmailSender,
  type Finding,
  MemoryThrottle,
  type PasswordHasher,
  type Throttle,
  UserHarbor,
  type UserHarborOptions,
  type UserStore,
} from "../mod.ts";
import { FastPasswordHasher, RecordingEmailSender, TestClock } from "../testing.ts";
import { openHarbor, untyped } from "./_harness.ts";
import { isWrite } from "./_intercept_store.ts";
import { RecordingThrottle } from "./_throttled_life.ts";
import { withoutOptionalMethods } from "./_without_optional_methods.ts";

const DAY_SECONDS = 86_400;

/** Ports that have nothing to say against themselves, and options that leave nothing open. */
function sound(): Omit<UserHarborOptions, "clock"> {
  return {
    store: saying(new MemoryUserStore()),
    emailSender: saying(new RecordingEmailSender()),
    passwordHasher: saying(new FastPasswordHasher()),
    throttle: saying(new MemoryThrottle()),
    tokenSecret: "s".repeat(32),
    onEvent: () => {},
  };
}

/** The same port, with these findings about itself. */
function saying<Port extends UserStore | EmailSender | PasswordHasher | Throttle>(
  port: Port,
  ...findings: readonly Finding[]
): Port {
  return Object.assign(port, { diagnose: () => Promise.resolve(findings) });
}

/** What is found where a sound configuration is changed like this. */
async function found(overrides: Partial<UserHarborOptions> = {}): Promise<readonly string[]> {
  const { clock: _, ...options } = overrides;
  const { harbor } = openHarbor({ ...sound(), ...options });
  return (await harbor.diagnose()).map(({ code, level }) => `${level} ${code}`);
}

test("diagnose() finds nothing where nothing is wrong", async () => {
  assert.deepEqual(await found(), []);
  assert.deepEqual(await found({ tokenSecret: [new Uint8Array(32), "an older one, shorter"] }), []);
  assert.deepEqual(await found({ maxSessionsPerUser: 3 }), []);
  assert.deepEqual(await found({ passwordResetTtlSeconds: DAY_SECONDS }), []);
  assert.deepEqual(await found({ emailVerificationTtlSeconds: 7 * DAY_SECONDS }), []);
});

test("diagnose() finds a store that cannot keep what is asked of it (I5)", async () => {
  const store = Object.assign(saying(new MemoryUserStore()), { transactions: "none" });
  assert.deepEqual(await found({ store: untyped(store) }), ["unsafe store_without_transactions"]);
  const oneUser = Object.assign(saying(new MemoryUserStore()), { transactions: "one-user" });
  assert.deepEqual(await found({ store: untyped(oneUser) }), []);
  const bare = withoutOptionalMethods(saying(new MemoryUserStore()));
  assert.deepEqual(await found({ store: bare }), []);
  assert.deepEqual(await found({ store: bare, maxSessionsPerUser: 3 }), [
    "unsafe store_without_list_sessions",
  ]);
});

test("diagnose() finds that nobody counts attempts, or that each process does so alone (R88)", async () => {
  const { throttle: _, ...unlimited } = sound();
  const { harbor } = openHarbor(unlimited);
  assert.deepEqual((await harbor.diagnose()).map(({ code, level }) => `${level} ${code}`), [
    "unsafe no_throttle",
  ]);
  assert.deepEqual(await found({ throttle: new MemoryThrottle() }), ["advice throttle_in_memory"]);
});

test("diagnose() finds a token secret that is missing or short, by the one in use", async () => {
  const { tokenSecret: _, ...others } = sound();
  const { harbor } = openHarbor(others);
  assert.deepEqual((await harbor.diagnose()).map(({ code }) => code), ["no_token_secret"]);
  for (const tokenSecret of ["s".repeat(31), ["s".repeat(16), "s".repeat(32)], new Uint8Array(31)]) {
    assert.deepEqual(await found({ tokenSecret }), ["advice token_secret_short"]);
  }
  assert.deepEqual(await found({ tokenSecret: "\u00e9".repeat(16) }), [], "32 bytes of 16 letters");
});

test("diagnose() finds options that promise people what does not come", async () => {
  assert.deepEqual(await found({ passwordResetTtlSeconds: DAY_SECONDS + 1 }), [
    "advice reset_token_long_lived",
  ]);
  assert.deepEqual(await found({ emailVerificationTtlSeconds: 7 * DAY_SECONDS + 1 }), [
    "advice verification_outlives_account",
  ]);
});

test("diagnose() finds a sender that leaves out what people should be told (R40, R59)", async () => {
  const lacking = (...methods: readonly string[]): EmailSender => {
    const without = Object.fromEntries(methods.map((method) => [method, undefined]));
    return untyped(saying(Object.assign(new RecordingEmailSender(), without)));
  };
  for (
    const [method, code] of [
      ["sendAddressInUse", "sender_without_address_in_use"],
      ["sendEmailChanged", "sender_without_email_changed"],
      ["sendUsernameChanged", "sender_without_username_changed"],
    ] as const
  ) {
    assert.deepEqual(await found({ emailSender: lacking(method) }), [`advice ${code}`]);
  }
  // Nobody need be told of a change that cannot be made.
  assert.deepEqual(await found({ emailSender: lacking("sendEmailChange", "sendEmailChanged") }), []);
  const store = withoutOptionalMethods(saying(new MemoryUserStore()));
  assert.deepEqual(await found({ store, emailSender: lacking("sendUsernameChanged") }), []);
});

test("diagnose() finds that nobody listens", async () => {
  const { onEvent: _, ...unheard } = sound();
  const findings = await new UserHarbor(unheard).diagnose();
  assert.deepEqual(findings.map(({ code, level }) => [level, code]), [["advice", "no_event_listener"]]);
});

test("diagnose() hands on what each port says of itself, the unsafe first", async () => {
  const mild: Finding = { code: "could_be_better", level: "advice", message: "It could be better" };
  const bad: Finding = { code: "is_bad", level: "unsafe", message: "It is bad" };
  const { harbor } = openHarbor({
    ...sound(),
    store: saying(new MemoryUserStore(), mild, bad),
    emailSender: saying(new RecordingEmailSender(), mild),
    passwordHasher: saying(new FastPasswordHasher(), bad),
    passwordResetTtlSeconds: DAY_SECONDS + 1,
  });
  const findings = await harbor.diagnose();
  assert.deepEqual(findings.map(({ code }) => code), [
    "is_bad",
    "is_bad",
    "reset_token_long_lived",
    "could_be_better",
    "could_be_better",
  ]);
  assert.deepEqual(findings[0], bad);
});

test("diagnose() asks the store by the harbor's clock", async () => {
  const clock = new TestClock();
  const asked: Date[] = [];
  const store = Object.assign(new MemoryUserStore(), {
    diagnose(now: Date) {
      asked.push(now);
      return Promise.resolve([]);
    },
  });
  await openHarbor({ ...sound(), store, clock }).harbor.diagnose();
  assert.deepEqual(asked, [clock.now()]);
});

test("diagnose() takes a port that cannot answer for a finding, and tells no more than the error's name (R117)", async () => {
  const failing = { diagnose: () => Promise.reject(new RangeError("postgres://ada:hunter2@db")) };
  const throwing = {
    diagnose() {
      throw new TypeError("smtp://ada:hunter2@mail");
    },
  };
  const { harbor, events } = openHarbor({
    ...sound(),
    store: Object.assign(new MemoryUserStore(), failing),
    emailSender: Object.assign(new RecordingEmailSender(), untyped<typeof failing>(throwing)),
    passwordHasher: Object.assign(new FastPasswordHasher(), { diagnose: () => untyped<Promise<[]>>(7) }),
    throttle: Object.assign(new MemoryThrottle(), failing),
    onEvent: (event) => events.push(event),
  });
  const findings = await harbor.diagnose();
  assert.deepEqual(
    findings.map(({ code, level }) => `${level} ${code}`),
    Array<string>(4).fill("unsafe port_unreachable"),
  );
  const [store, emailSender, passwordHasher, throttle] = findings.map(({ message }) => message);
  assert.match(store ?? "", /\bstore\b.*\bRangeError\b/);
  assert.match(emailSender ?? "", /\bemailSender\b.*\bTypeError\b/);
  assert.match(passwordHasher ?? "", /\bpasswordHasher\b.*\bTypeError\b/);
  assert.match(throttle ?? "", /\bthrottle\b.*\bRangeError\b/);
  assert.equal(JSON.stringify([findings, events]).includes("hunter2"), false);
  assert.deepEqual(events.map(({ name, outcome }) => [name, outcome]), [["diagnose", "succeeded"]]);
});

test("diagnose() writes nothing, mails nothing, and does without ports that have nothing to say", async () => {
  const emailSender = Object.assign(saying(new RecordingEmailSender()), { diagnose: undefined });
  const passwordHasher = Object.assign(saying(new FastPasswordHasher()), { diagnose: undefined });
  const throttle = new RecordingThrottle();
  assert.deepEqual(await found(untyped({ emailSender, passwordHasher, throttle })), []);
  const life = openHarbor({ store: withoutOptionalMethods(new MemoryUserStore()) });
  const before = life.calls.length;
  const codes = (await life.harbor.diagnose()).map(({ code }) => code);
  assert.deepEqual(codes, ["no_throttle", "no_real_sender", "hasher_for_tests", "no_token_secret"]);
  assert.deepEqual(life.calls.slice(before).filter(isWrite), []);
  assert.deepEqual(life.mails, []);
});
