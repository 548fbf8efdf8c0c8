import assert from "node:assert/strict";
import process from "node:process";
import test from "node:test";
import fc from "npm:fast-check@4.10.2";
import { isUserHarborError, type UserHarbor } from "../../mod.ts";
import { effort } from "../_effort.ts";
import {
  emailOf,
  type Life,
  NEW_PASSWORD,
  openHarbor,
  PASSWORD,
  UNKNOWN_TOKEN,
  untyped,
} from "../_harness.ts";
import { isWrite, type StoreCall } from "../_intercept_store.ts";
import { operationNames } from "../_operations.ts";
import { snapshot } from "../_snapshot.ts";

/** R85 asks for a million. */
const RUNS = effort({ suite: 10_000, long: 1_000_000 });

/** Accounts pile up; a new life every so often keeps the snapshots small. */
const RUNS_PER_LIFE = 200;

const MEGABYTE = 1 << 20;

/** Takes the arguments as they are, however wrong their types. */
type Operation = (harbor: UserHarbor, values: readonly unknown[]) => Promise<unknown>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  register: (harbor, [username, email, password, context]) =>
    harbor.register(untyped({ username, email, password }), untyped(context)),
  verifyEmail: (harbor, [token, context]) => harbor.verifyEmail(untyped(token), untyped(context)),
  resendVerification: (harbor, [email, context]) =>
    harbor.resendVerification(untyped(email), untyped(context)),
  login: (harbor, [username, password, context]) =>
    harbor.login(untyped({ username, password }), untyped(context)),
  verifySession: (harbor, [token, context]) => harbor.verifySession(untyped(token), untyped(context)),
  getCurrentUser: (harbor, [token, context]) => harbor.getCurrentUser(untyped(token), untyped(context)),
  logout: (harbor, [token, context]) => harbor.logout(untyped(token), untyped(context)),
  logoutAll: (harbor, [token, context]) => harbor.logoutAll(untyped(token), untyped(context)),
  sendPasswordReset: (harbor, [email, context]) => harbor.sendPasswordReset(untyped(email), untyped(context)),
  resetPassword: (harbor, [resetToken, newPassword]) =>
    harbor.resetPassword(untyped({ resetToken, newPassword })),
  changePassword: (harbor, [sessionToken, oldPassword, newPassword]) =>
    harbor.changePassword(untyped({ sessionToken, oldPassword, newPassword })),
  changeEmail: (harbor, [sessionToken, password, newEmail]) =>
    harbor.changeEmail(untyped({ sessionToken, password, newEmail })),
  confirmEmailChange: (harbor, [token, context]) =>
    harbor.confirmEmailChange(untyped(token), untyped(context)),
  changeUsername: (harbor, [sessionToken, password, newUsername]) =>
    harbor.changeUsername(untyped({ sessionToken, password, newUsername })),
  deleteAccount: (harbor, [sessionToken, password]) =>
    harbor.deleteAccount(untyped({ sessionToken, password })),
  "sessions.list": (harbor, [token, context]) => harbor.sessions.list(untyped(token), untyped(context)),
  "sessions.revoke": (harbor, [sessionToken, sessionId]) =>
    harbor.sessions.revoke(untyped({ sessionToken, sessionId })),
  "sessions.revokeOthers": (harbor, [token, context]) =>
    harbor.sessions.revokeOthers(untyped(token), untyped(context)),
  "sessions.reauthenticate": (harbor, [sessionToken, password]) =>
    harbor.sessions.reauthenticate(untyped({ sessionToken, password })),
  "sessions.requireFresh": (harbor, [sessionToken, context]) =>
    harbor.sessions.requireFresh(untyped({ sessionToken }), untyped(context)),
  grantRole: (harbor, [username, role]) => harbor.grantRole(untyped(username), untyped(role)),
  revokeRole: (harbor, [username, role]) => harbor.revokeRole(untyped(username), untyped(role)),
  getRoles: (harbor, [username]) => harbor.getRoles(untyped(username)),
  getPermissions: (harbor, [username]) => harbor.getPermissions(untyped(username)),
  hasRole: (harbor, [token, role]) => harbor.hasRole(untyped(token), untyped(role)),
  hasPermission: (harbor, [token, permission]) => harbor.hasPermission(untyped(token), untyped(permission)),
  requireRole: (harbor, [token, role]) => harbor.requireRole(untyped(token), untyped(role)),
  requirePermission: (harbor, [token, permission]) =>
    harbor.requirePermission(untyped(token), untyped(permission)),
  "roles.create": (harbor, [role]) => harbor.roles.create(untyped(role)),
  "roles.delete": (harbor, [role]) => harbor.roles.delete(untyped(role)),
  "roles.grantPermission": (harbor, [role, permission]) =>
    harbor.roles.grantPermission(untyped(role), untyped(permission)),
  "roles.revokePermission": (harbor, [role, permission]) =>
    harbor.roles.revokePermission(untyped(role), untyped(permission)),
  "roles.permissions": (harbor, [role]) => harbor.roles.permissions(untyped(role)),
  "permissions.create": (harbor, [permission]) => harbor.permissions.create(untyped(permission)),
  "permissions.delete": (harbor, [permission]) => harbor.permissions.delete(untyped(permission)),
  "users.create": (harbor, [username, email, password, verified]) =>
    harbor.users.create(untyped({ username, email, password, verified })),
  "users.import": (harbor, [username, email, passwordHash, verified]) =>
    harbor.users.import(untyped({ username, email, passwordHash, verified })),
  "users.get": (harbor, [username, context]) => harbor.users.get(untyped(username), untyped(context)),
  "users.list": (harbor, [startsWith, limit, cursor]) =>
    harbor.users.list(untyped({ startsWith, limit, cursor })),
  "users.disable": (harbor, [username, context]) => harbor.users.disable(untyped(username), untyped(context)),
  "users.enable": (harbor, [username, context]) => harbor.users.enable(untyped(username), untyped(context)),
  "users.requirePasswordChange": (harbor, [username, context]) =>
    harbor.users.requirePasswordChange(untyped(username), untyped(context)),
  "users.forceReset": (harbor, [username, context]) =>
    harbor.users.forceReset(untyped(username), untyped(context)),
  "users.revokeSessions": (harbor, [username, context]) =>
    harbor.users.revokeSessions(untyped(username), untyped(context)),
  "users.delete": (harbor, [username, context]) => harbor.users.delete(untyped(username), untyped(context)),
  "roles.list": (harbor, [context]) => harbor.roles.list(untyped(context)),
  "permissions.list": (harbor, [context]) => harbor.permissions.list(untyped(context)),
  purgeExpired: (harbor, [limit, graceSeconds]) => harbor.purgeExpired(untyped({ limit, graceSeconds })),
  diagnose: (harbor) => harbor.diagnose(),
};

/** Called by the application with figures of its own: there a wrong type is a mistake, and no refusal. */
const TAKE_FIGURES: ReadonlySet<string> = new Set([
  "sessions.requireFresh",
  "users.create",
  "users.import",
  "users.list",
  "purgeExpired",
]);

/** The same with whatever in place of the object that holds the values. */
const OPERATIONS_ON_ANYTHING: Readonly<Record<string, Operation>> = {
  "users.create": (harbor, [input, context]) => harbor.users.create(untyped(input), untyped(context)),
  "users.import": (harbor, [input, context]) => harbor.users.import(untyped(input), untyped(context)),
  "users.list": (harbor, [input, context]) => harbor.users.list(untyped(input), untyped(context)),
  purgeExpired: (harbor, [input]) => harbor.purgeExpired(untyped(input)),
  register: (harbor, [input, context]) => harbor.register(untyped(input), untyped(context)),
  login: (harbor, [input, context]) => harbor.login(untyped(input), untyped(context)),
  resetPassword: (harbor, [input, context]) => harbor.resetPassword(untyped(input), untyped(context)),
  changePassword: (harbor, [input, context]) => harbor.changePassword(untyped(input), untyped(context)),
  changeEmail: (harbor, [input, context]) => harbor.changeEmail(untyped(input), untyped(context)),
  changeUsername: (harbor, [input, context]) => harbor.changeUsername(untyped(input), untyped(context)),
  deleteAccount: (harbor, [input, context]) => harbor.deleteAccount(untyped(input), untyped(context)),
  "sessions.revoke": (harbor, [input, context]) => harbor.sessions.revoke(untyped(input), untyped(context)),
};

/** Stands for the live session's token, which is known only once there is a life. */
const SESSION: unique symbol = Symbol("session");

const HOSTILE_TEXT = fc.constantFrom(
  ...[
    "",
    " ",
    "\u0000",
    "\n",
    "\ud800",
    "\udc00",
    "\u202e",
    "\ufeff",
    "__proto__",
    "constructor",
    "toString",
  ],
  ...[
    "' OR 1=1 --",
    "$ne",
    "%00",
    "../..",
    "\r\nBcc: eve@example.org",
    "a@b@c.org",
    "\uff20",
    "e\u0301",
    "\u0130",
  ],
);

/** What leads past the first check. */
const FITTING = fc.constantFrom<unknown>(
  ...[
    "ada",
    "ADA",
    "bob",
    "\uff21da",
    emailOf("ada"),
    "ADA@EXAMPLE.ORG",
    emailOf("new"),
    PASSWORD,
    NEW_PASSWORD,
  ],
  ...["admin", "editor", "posts.edit", "posts.delete", UNKNOWN_TOKEN, SESSION],
);

const VALUE: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 60, arbitrary: FITTING },
  { weight: 20, arbitrary: HOSTILE_TEXT },
  { weight: 20, arbitrary: fc.string({ unit: "binary", maxLength: 300 }) },
  {
    weight: 20,
    arbitrary: fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
  },
  { weight: 10, arbitrary: fc.stringMatching(/^[A-Za-z0-9_-]{43}$/) },
  { weight: 10, arbitrary: fc.emailAddress() },
);

const FOUR = { minLength: 4, maxLength: 4 };

const LONG_TEXT = fc.constantFrom("x", "\u0130", "\u{1F511}", "a.", "\u0300").map((unit) =>
  unit.repeat(MEGABYTE)
);

const CALL = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      named: fc.constantFrom(...Object.entries(OPERATIONS)),
      values: fc.array(fc.oneof({ weight: 99, arbitrary: VALUE }, { weight: 1, arbitrary: LONG_TEXT }), FOUR),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      named: fc.constantFrom(...Object.entries(OPERATIONS_ON_ANYTHING)),
      values: fc.array(VALUE, FOUR),
    }),
  },
);

test("any value in any operation is taken or refused by code, and a refusal changes nothing (R85, T15)", async () => {
  const untouched = prototypes();
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", listener);
  try {
    let run = 0;
    let world = await openWorld();
    const outcomes = new Map<string, number>();
    const property = fc.asyncProperty(CALL, async (call) => {
      if (run++ % RUNS_PER_LIFE === 0) world = await openWorld();
      const outcome = await attempt(world, call);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    });
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
    assert.ok(outcomes.size >= 12, `too few ways to end: ${[...outcomes.keys()].join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.deepEqual(unhandled, []);
    assert.deepEqual(prototypes(), untouched, "a prototype was polluted");
  } finally {
    process.off("unhandledRejection", listener);
  }
});

test("the properties above are of every operation (R85, T15)", () => {
  assert.deepEqual(Object.keys(OPERATIONS).toSorted(), operationNames(openHarbor().harbor));
});

test("no operation normalises or folds a megabyte (V24)", async () => {
  const { life, sessionToken } = await openWorld();
  const longest: number[] = [];
  const restore = spyOnLength(["normalize", "toLowerCase", "toUpperCase"], longest);
  try {
    for (const unit of ["x", "\u0130", "e\u0301", "\ud800", "\u{1F511}", "a@b.org,", "a."]) {
      const long = unit.repeat(MEGABYTE / unit.length);
      for (const [name, operation] of Object.entries(OPERATIONS)) {
        const refused = (error: unknown) => assertTyped(name, error);
        for (const values of [[long, long, long], ["ada", long, long], ["new", emailOf("new"), long]]) {
          await operation(life.harbor, values).catch(refused);
        }
        for (const values of [[sessionToken, long, long], [sessionToken, PASSWORD, long]]) {
          await operation(life.harbor, values).catch(refused);
        }
      }
    }
  } finally {
    restore();
  }
  assert.ok(longest.length > 0, "the spies saw nothing");
  // The longest that may be folded: a password of 256 code points in two units each.
  assert.ok(Math.max(...longest) <= 512, `${Math.max(...longest)} units`);
});

/** Ada with a session and the role `admin`, which carries `posts.edit`; and bob, unverified. */
class World {
  readonly life: Life = openHarbor({ defer: (work) => void work() });
  sessionToken = "";
  /** What was stored after the last success, as far as the calls until then tell. */
  state: unknown;
  known: readonly StoreCall[] = [];

  async remember(): Promise<void> {
    this.known = [...this.life.calls];
    this.state = await snapshot(this.life.store, this.known);
  }
}

async function openWorld(): Promise<World> {
  const world = new World();
  const { life } = world;
  world.sessionToken = (await life.loggedIn("ada")).sessionToken;
  await life.registered("bob");
  await life.harbor.roles.create("admin");
  await life.harbor.permissions.create("posts.edit");
  await life.harbor.roles.grantPermission("admin", "posts.edit");
  await life.harbor.grantRole("ada", "admin");
  await world.remember();
  return world;
}

interface Attempt {
  readonly named: readonly [name: string, operation: Operation];
  readonly values: readonly unknown[];
}

/** Makes one call; says how it ended. */
async function attempt(world: World, { named: [name, operation], values }: Attempt): Promise<string> {
  const { life, sessionToken } = world;
  const calls = life.calls.length;
  const mails = life.mails.length;
  const given = values.map((value) => value === SESSION ? sessionToken : value);
  const outcome = await operation(life.harbor, given).then(() => "ok", (error: unknown) => {
    assertTyped(name, error);
    return isUserHarborError(error) ? error.code : "mistake";
  });
  await life.harbor.settled();
  if (outcome !== "ok") assert.equal(life.mails.length, mails, "a refusal sent mail");
  if (!life.calls.slice(calls).some(isWrite)) return outcome;
  if (outcome !== "ok") {
    assert.deepEqual(await snapshot(life.store, world.known), world.state, "a refusal wrote");
  } else await world.remember();
  return outcome;
}

function assertTyped(name: string, error: unknown): void {
  const isMistake = TAKE_FIGURES.has(name) && (error instanceof TypeError || error instanceof RangeError);
  assert.ok(isMistake || isUserHarborError(error), `${name}: no refusal, but ${String(error)}`);
}

/** What the prototypes have that everything inherits from. */
function prototypes(): readonly (readonly string[])[] {
  return [Object, Array, String, Function, Promise, Map, Set, Date, Error]
    .map(({ prototype }) => Reflect.ownKeys(prototype).map(String).toSorted());
}

/** Notes how long the strings are that these methods are called on. */
function spyOnLength(
  methods: readonly ("normalize" | "toLowerCase" | "toUpperCase")[],
  lengths: number[],
): () => void {
  const originals = methods.map((method) => [method, String.prototype[method]] as const);
  for (const [method, original] of originals) {
    Object.defineProperty(String.prototype, method, {
      configurable: true,
      writable: true,
      value(this: string, ...args: []) {
        lengths.push(this.length);
        return original.apply(this, args);
      },
    });
  }
  return () => {
    for (const [method, original] of originals) {
      Object.defineProperty(String.prototype, method, {
        configurable: true,
        writable: true,
        value: original,
      });
    }
  };
}
