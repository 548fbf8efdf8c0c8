import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { MemoryThrottle, type ThrottleLimits, UserHarbor, type UserHarborOptions } from "../mod.ts";
import { checkOptions } from "../options.ts";
import { FastPasswordHasher, RecordingEmailSender } from "../testing.ts";
import { NEW_PASSWORD, openHarbor, untyped } from "./_harness.ts";
import { openThrottled, type ThrottledLife } from "./_throttled_life.ts";

const PORTS = {
  store: new MemoryUserStore(),
  emailSender: new RecordingEmailSender(),
  passwordHasher: new FastPasswordHasher(),
  throttle: new MemoryThrottle(),
};

const CLIENT_LIMITS = [
  "loginsPerClient",
  "failedLoginsPerClient",
  "registrationsPerClient",
  "mailRequestsPerClient",
  "resetMailsPerAccount",
  "verificationMailsPerAccount",
  "mailsPerAddress",
] as const;

test("UserHarbor limits nothing without a throttle", async () => {
  const life = openHarbor();
  await life.verified("ada");
  for (let time = 0; time < 200; time++) {
    await life.harbor.sendPasswordReset("ada@example.org");
    await life.harbor.settled();
    await life.rejectsWithoutMail("invalid_credentials", () => life.login("ada", "a guess that is wrong"));
  }
  await life.login("ada");
  assert.equal(life.mails.filter(({ kind }) => kind === "password_reset").length, 200);
});

test("UserHarbor with a throttle has the documented limits (R88, R95)", () => {
  assert.deepEqual(limitsOf({}), {
    loginsPerClient: { limit: 30, windowSeconds: 60 },
    failedLoginsPerClient: { limit: 10, windowSeconds: 60 },
    registrationsPerClient: { limit: 20, windowSeconds: 60 },
    mailRequestsPerClient: { limit: 20, windowSeconds: 60 },
    resetMailsPerAccount: { limit: 5, windowSeconds: 3_600 },
    verificationMailsPerAccount: { limit: 1, windowSeconds: 180 },
    mailsPerAddress: { limit: 10, windowSeconds: 3_600 },
    passwordAttempts: { freeAttempts: 4, firstSeconds: 1, maxSeconds: 900, maxConsecutive: 100 },
  });
  const undefinedLimits = Object.fromEntries(
    [...CLIENT_LIMITS, "passwordAttempts"].map((name) => [name, undefined]),
  );
  assert.deepEqual(limitsOf(untyped(undefinedLimits)), limitsOf({}));
});

test("UserHarbor takes a limit of one's own, and null for none", () => {
  for (const name of CLIENT_LIMITS) {
    assert.deepEqual(limitsOf({ [name]: { limit: 1, windowSeconds: 3_155_760_000 } })?.[name], {
      limit: 1,
      windowSeconds: 3_155_760_000,
    });
    assert.deepEqual(limitsOf({ [name]: null }), { ...limitsOf({}), [name]: null });
  }
  const pauses = { freeAttempts: 0, firstSeconds: 1, maxSeconds: 1, maxConsecutive: 1 };
  assert.deepEqual(limitsOf({ passwordAttempts: pauses })?.passwordAttempts, pauses);
  assert.equal(limitsOf({ passwordAttempts: null })?.passwordAttempts, null);
});

test("UserHarbor refuses limits of the wrong type, and those that do not exist, by name", () => {
  for (const value of [null, 7, "x", true]) {
    refuses({ throttle: untyped(value) }, /throttle/);
    refuses({ throttleLimits: untyped(value) }, /throttleLimits/);
  }
  for (const method of ["reserve", "refund", "clear"]) {
    const throttle = Object.assign(new MemoryThrottle(), { [method]: undefined });
    refuses({ throttle: untyped(throttle) }, new RegExp(`throttle.*${method}\\(\\)`));
  }
  refuses({ throttleLimits: untyped({ loginPerClient: null }) }, /"loginPerClient".*throttleLimits/);
  for (const name of [...CLIENT_LIMITS, "passwordAttempts"]) {
    for (
      const value of [7, "x", true, [], {}, { limit: 1 }, { windowSeconds: 1 }, {
        limit: "1",
        windowSeconds: 1,
      }]
    ) {
      refuses({ throttleLimits: untyped({ [name]: value }) }, new RegExp(`throttleLimits\\.${name}`));
    }
  }
  refuses(
    { throttleLimits: untyped({ mailsPerAddress: { limit: 1, windowSeconds: 1, seconds: 1 } }) },
    /"seconds".*throttleLimits\.mailsPerAddress/,
  );
});

test("UserHarbor refuses numbers in limits that are out of range, by name", () => {
  const wrong = [-1, 0.5, NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER];
  for (const name of CLIENT_LIMITS) {
    for (const member of ["limit", "windowSeconds"]) {
      for (const value of [0, ...wrong]) {
        const limit = { limit: 1, windowSeconds: 1, [member]: value };
        refuses(
          { throttleLimits: { [name]: limit } },
          new RegExp(`throttleLimits\\.${name}\\.${member}`),
          RangeError,
        );
      }
    }
  }
  const pauses = { freeAttempts: 4, firstSeconds: 1, maxSeconds: 900, maxConsecutive: 100 };
  for (const member of ["freeAttempts", "firstSeconds", "maxSeconds", "maxConsecutive"]) {
    for (const value of member === "freeAttempts" ? wrong : [0, ...wrong]) {
      const passwordAttempts = { ...pauses, [member]: value };
      refuses(
        { throttleLimits: { passwordAttempts } },
        new RegExp(`passwordAttempts\\.${member}`),
        RangeError,
      );
    }
  }
  refuses(
    { throttleLimits: { passwordAttempts: { ...pauses, firstSeconds: 901 } } },
    /maxSeconds/,
    RangeError,
  );
});

test("UserHarbor refuses limits without a throttle to keep them", () => {
  const { throttle: _, ...withoutThrottle } = PORTS;
  assert.throws(
    () => new UserHarbor({ ...withoutThrottle, throttleLimits: {} }),
    (error) => error instanceof TypeError && /throttleLimits/.test(error.message),
  );
});

test("throttleLimits switches each limit off with null, and no other (R88, R95)", async () => {
  const names = [...CLIENT_LIMITS, "passwordAttempts"] as const;
  const budgetsOf = async (throttleLimits: Partial<ThrottleLimits>) => {
    const life = openThrottled({ throttleLimits });
    await wholeLife(life);
    return new Set(life.throttle.calls.map(({ key }) => key?.split(":")[0]));
  };
  assert.deepEqual(await budgetsOf({}), new Set(names));
  for (const name of names) {
    assert.deepEqual(
      await budgetsOf({ [name]: null }),
      new Set(names.filter((other) => other !== name)),
      name,
    );
  }
});

/** Everything that has a limit. */
async function wholeLife(life: ThrottledLife): Promise<void> {
  await life.loggedIn("ada");
  await life.harbor.resendVerification("ada@example.org");
  const resetToken = await life.resetToken("ada");
  await life.guesses(1, "ada");
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
  const { sessionToken } = await life.login("ada", NEW_PASSWORD);
  await life.harbor.deleteAccount({ sessionToken, password: NEW_PASSWORD });
}

function limitsOf(throttleLimits: Partial<ThrottleLimits>): ThrottleLimits | undefined {
  return checkOptions({ ...PORTS, throttleLimits }).throttling?.limits;
}

function refuses(
  options: Partial<UserHarborOptions>,
  message: RegExp,
  constructor: typeof TypeError | typeof RangeError = TypeError,
): void {
  assert.throws(() => new UserHarbor({ ...PORTS, ...options }), (error) => {
    assert.ok(error instanceof constructor, String(error));
    assert.match(error.message, message);
    return true;
  });
}
