import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import fc from "npm:fast-check@4.10.2";
import { isUserHarborError, UserHarbor, type UserStore } from "../../mod.ts";
import { FastPasswordHasher, type RecordedEmail, RecordingEmailSender, TestClock } from "../../testing.ts";
import { effort } from "../_effort.ts";
import { UNKNOWN_TOKEN } from "../_harness.ts";
import { Interleaving } from "../_interleaving.ts";
import { pseudoRandom } from "../_pseudo_random.ts";
import { stores } from "../_stores.ts";
import { AccountModel, type HandedOut, type Seen, type Told, type Verdict } from "./_account_model.ts";

/** T5 asks for 100 000 on each store. */
const RUNS = {
  memory: effort({ suite: 1_000, long: 100_000 }),
  SQLite: effort({ suite: 200, long: 100_000 }),
};

const NAMES = ["ada", "Ada", "bob", "cleo"];
const EMAILS = ["a@example.org", "b@example.org"];
const ROLES = ["admin", "editor"];

/** To just before, onto and past what ends: an hour, a day, a week, the time to slide, a month, a quarter. */
const PAUSES_SECONDS = [1, 3_599, 3_600, 86_400, 604_799, 604_800, 23.5 * 86_400, 30 * 86_400, 61 * 86_400];

const MAILS_WITH_TOKENS: ReadonlySet<string> = new Set(["verification", "password_reset", "email_change"]);

/** What a command is given; numbers stand for what exists only once a history runs. */
const PICK = fc.record({
  name: fc.constantFrom(...NAMES),
  email: fc.constantFrom(...EMAILS),
  role: fc.constantFrom(...ROLES),
  /** How far back to look for a token, mostly not far. */
  back: fc.oneof({ weight: 4, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(9) }),
  /** Whether to take a token of another kind, too. */
  strays: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  /** How far back to look for a password. */
  passwordBack: fc.oneof({ weight: 4, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(9) }),
});

type Pick = typeof PICK extends fc.Arbitrary<infer T> ? T : never;

/** The same with tokens and passwords in place. */
interface Given extends Pick {
  readonly session: string;
  readonly token: string;
  readonly password: string;
  /** Nobody has had it yet: a password that becomes itself ends what it lets in again. */
  readonly newPassword: string;
}

interface Command {
  readonly weight: number;
  readonly real: (harbor: UserHarbor, given: Given) => Promise<unknown>;
  readonly model: (model: AccountModel, given: Given, handedOut: HandedOut) => Verdict;
}

const COMMANDS = {
  register: {
    weight: 4,
    real: (harbor, { name: username, email, newPassword: password }) =>
      harbor.register({ username, email, password }),
    model: (model, { newPassword: password, ...given }, handedOut) =>
      model.register({ ...given, password }, handedOut),
  },
  verifyEmail: {
    weight: 6,
    real: (harbor, { token }) => harbor.verifyEmail(token),
    model: (model, { token }) => model.verifyEmail(token),
  },
  resendVerification: {
    weight: 1,
    real: (harbor, { email }) => harbor.resendVerification(email),
    model: (model, { email }, handedOut) => model.resendVerification(email, handedOut),
  },
  login: {
    weight: 6,
    real: (harbor, { name: username, password }) => harbor.login({ username, password }),
    model: (model, given, handedOut) => model.login(given, handedOut),
  },
  "login by address": {
    weight: 2,
    real: (harbor, { email, password }) => harbor.login({ username: email, password }),
    model: (model, { email, password }, handedOut) => model.login({ name: email, password }, handedOut),
  },
  getCurrentUser: {
    weight: 3,
    real: (harbor, { session }) => harbor.getCurrentUser(session),
    model: (model, { session }) => model.verifySession(session),
  },
  requireRole: {
    weight: 3,
    real: (harbor, { session, role }) => harbor.requireRole(session, role),
    model: (model, given) => model.requireRole(given),
  },
  logout: {
    weight: 1,
    real: (harbor, { session }) => harbor.logout(session),
    model: (model, { session }) => model.logout(session),
  },
  logoutAll: {
    weight: 1,
    real: (harbor, { session }) => harbor.logoutAll(session),
    model: (model, { session }) => model.logoutAll(session),
  },
  "sessions.revokeOthers": {
    weight: 1,
    real: (harbor, { session }) => harbor.sessions.revokeOthers(session),
    model: (model, { session }) => model.revokeOthers(session),
  },
  "sessions.reauthenticate": {
    weight: 1,
    real: (harbor, { session: sessionToken, password }) =>
      harbor.sessions.reauthenticate({ sessionToken, password }),
    model: (model, given, handedOut) => model.reauthenticate(given, handedOut),
  },
  sendPasswordReset: {
    weight: 3,
    real: (harbor, { email }) => harbor.sendPasswordReset(email),
    model: (model, { email }, handedOut) => model.sendPasswordReset(email, handedOut),
  },
  resetPassword: {
    weight: 4,
    real: (harbor, { token: resetToken, newPassword }) => harbor.resetPassword({ resetToken, newPassword }),
    model: (model, { token, newPassword: password }) => model.resetPassword({ token, password }),
  },
  changePassword: {
    weight: 2,
    real: (harbor, { session: sessionToken, password: oldPassword, newPassword }) =>
      harbor.changePassword({ sessionToken, oldPassword, newPassword }),
    model: (model, given, handedOut) => model.changePassword(given, handedOut),
  },
  deleteAccount: {
    weight: 1,
    real: (harbor, { session: sessionToken, password }) => harbor.deleteAccount({ sessionToken, password }),
    model: (model, given) => model.deleteAccount(given),
  },
  changeEmail: {
    weight: 4,
    real: (harbor, { session: sessionToken, password, email: newEmail }) =>
      harbor.changeEmail({ sessionToken, password, newEmail }),
    model: (model, given, handedOut) => model.changeEmail(given, handedOut),
  },
  confirmEmailChange: {
    weight: 5,
    real: (harbor, { token }) => harbor.confirmEmailChange(token),
    model: (model, { token }) => model.confirmEmailChange(token),
  },
  changeUsername: {
    weight: 1,
    real: (harbor, { session: sessionToken, password, name: newUsername }) =>
      harbor.changeUsername({ sessionToken, password, newUsername }),
    model: (model, given) => model.changeUsername(given),
  },
  "roles.create": {
    weight: 1,
    real: (harbor, { role }) => harbor.roles.create(role),
    model: (model, { role }) => model.createRole(role),
  },
  "roles.delete": {
    weight: 1,
    real: (harbor, { role }) => harbor.roles.delete(role),
    model: (model, { role }) => model.deleteRole(role),
  },
  grantRole: {
    weight: 2,
    real: (harbor, { name, role }) => harbor.grantRole(name, role),
    model: (model, given) => model.grantRole(given),
  },
  revokeRole: {
    weight: 1,
    real: (harbor, { name, role }) => harbor.revokeRole(name, role),
    model: (model, given) => model.revokeRole(given),
  },
  purgeExpired: {
    weight: 1,
    real: (harbor) => harbor.purgeExpired({ graceSeconds: 0 }),
    // What is dead is not there, purged or not.
    model: () => ({ told: "ok", mails: [] }),
  },
} satisfies Record<string, Command>;

/** The kind of mail with the token that a command takes. */
const TAKES: Readonly<Record<string, string>> = {
  verifyEmail: "verification",
  resetPassword: "password_reset",
  confirmEmailChange: "email_change",
};

const SETS_PASSWORD: ReadonlySet<string> = new Set(["register", "resetPassword", "changePassword"]);

const COMMAND = fc.tuple(
  fc.oneof(
    ...Object.entries(COMMANDS).map(([name, { weight }]) => ({ weight, arbitrary: fc.constant(name) })),
  ),
  PICK,
);

/** Time passes, somebody does something, or several do at once, in an order drawn from a seed. */
const STEP = fc.oneof(
  { weight: 1, arbitrary: fc.record({ seconds: fc.constantFrom(...PAUSES_SECONDS) }) },
  { weight: 12, arbitrary: fc.record({ commands: fc.tuple(COMMAND), seed: fc.constant(0) }) },
  {
    weight: 3,
    arbitrary: fc.record({ commands: fc.array(COMMAND, { minLength: 2, maxLength: 3 }), seed: fc.nat() }),
  },
);

type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never;

/** Most histories begin with an account that is open, and may do something: chance takes long to get there. */
const BEGINNING: readonly Step[] = ["roles.create", "register", "verifyEmail", "login", "grantRole"].map((
  name,
) => ({
  commands: [[name, {
    name: "ada",
    email: EMAILS[0] ?? "",
    role: ROLES[0] ?? "",
    back: 0,
    strays: false,
    passwordBack: 0,
  }]],
  seed: 0,
}));

const HISTORY = fc.tuple(
  fc.oneof({ weight: 3, arbitrary: fc.constant(BEGINNING) }, { weight: 1, arbitrary: fc.constant([]) }),
  fc.array(STEP, { minLength: 10, maxLength: 30 }),
).map(([beginning, steps]) => [...beginning, ...steps]);

/** What one party asked for, and what came of it. */
interface Happened {
  readonly name: string;
  readonly given: Given;
  /** `either`: whether it was refused does not matter. */
  readonly told: Told | "either";
  readonly mails: readonly RecordedEmail[];
  /** What the model says to it. */
  readonly expect: (model: AccountModel) => Verdict;
}

for (const { name: kind, open } of stores) {
  test(`on ${kind} any history, with several people at once, ends as if they came one by one (T5, I1, I2, I3, I4, I5)`, async () => {
    const runs = RUNS[kind as keyof typeof RUNS];
    const met = new Set<string>();
    await fc.assert(
      fc.asyncProperty(HISTORY, async (steps) => {
        const history = new History(await open());
        for (const step of steps) {
          for (const { name, told } of await history.go(step)) met.add(`${name}: ${told}`);
        }
      }),
      { numRuns: runs, endOnFailure: false },
    );
    // Histories that never get anywhere prove nothing.
    if (runs < 1_000) return;
    for (const name of Object.keys(COMMANDS)) assert.ok(met.has(`${name}: ok`), `${name} never succeeded`);
  });
}

class History {
  readonly #store: UserStore;
  readonly #clock: TestClock = new TestClock();
  readonly #hasher: FastPasswordHasher = new FastPasswordHasher();
  #model: AccountModel = new AccountModel(this.#clock.now().getTime());
  readonly #sessions: string[] = [];
  readonly #tokens: { readonly kind: string; readonly value: string }[] = [];
  readonly #passwords: string[] = [];
  #given = 0;
  readonly #log: string[] = [];

  constructor(store: UserStore) {
    this.#store = store;
  }

  /** Takes one step, and asserts that the model can follow. */
  async go(step: Step): Promise<readonly Happened[]> {
    if ("seconds" in step) {
      this.#clock.advanceSeconds(step.seconds);
      this.#model.now = this.#clock.now().getTime();
      this.#log.push(`${step.seconds} s later`);
      return [];
    }
    const commands = step.commands.map(([name, pick]) => ({
      name: name as keyof typeof COMMANDS,
      given: this.#give(name, pick),
    }));
    const atOnce = commands.length > 1;
    const works = commands.map((command) => (store: UserStore) =>
      this.#happen({ ...command, atOnce }, store)
    );
    const happened = works.length === 1
      ? [await works[0]?.(this.#store) ?? assert.fail()]
      : await this.#atOnce(works, step.seed);
    this.#log.push(happened.map(({ name, told }) => `${name}: ${told}`).join(" | "));
    await this.#follow(happened);
    return happened;
  }

  #give(name: string, pick: Pick): Given {
    const session = nth(this.#sessions, pick.back);
    const fitting = this.#tokens.filter(({ kind }) => pick.strays || kind === TAKES[name]);
    const token = nth(fitting.map(({ value }) => value), pick.back);
    const password = nth(this.#passwords, pick.passwordBack);
    const newPassword = `correct horse battery ${this.#given++}`;
    return { ...pick, session, token, password, newPassword };
  }

  async #atOnce(
    works: readonly ((store: UserStore) => Promise<Happened>)[],
    seed: number,
  ): Promise<readonly Happened[]> {
    const random = pseudoRandom(seed);
    const interleaving = new Interleaving(this.#store, (choices) => Math.floor(random() * choices));
    const results = await interleaving.run(works);
    return results.map((result) =>
      result.status === "fulfilled" ? result.value : assert.fail(String(result.reason))
    );
  }

  async #happen(
    { name, given, atOnce }: {
      readonly name: keyof typeof COMMANDS;
      readonly given: Given;
      readonly atOnce: boolean;
    },
    store: UserStore,
  ): Promise<Happened> {
    const emailSender = new RecordingEmailSender();
    const later: (() => Promise<void>)[] = [];
    const harbor = new UserHarbor({
      store,
      emailSender,
      passwordHasher: this.#hasher,
      clock: this.#clock.now,
      defer: (work) => later.push(work),
    });
    const command: Command = COMMANDS[name];
    let sessionToken: string | undefined;
    const told = await command.real(harbor, given).then((value): Told => {
      ({ sessionToken } = Object(value));
      return "ok";
    }, codeOf);
    for (const work of later) await work();
    const mails = emailSender.sent;
    const withToken = mails.find(({ token }) => token !== undefined);
    const mailedToken = withToken?.token;
    if (told === "ok" && SETS_PASSWORD.has(name)) this.#passwords.push(given.newPassword);
    if (sessionToken !== undefined) this.#sessions.push(sessionToken);
    if (withToken?.token !== undefined) this.#tokens.push({ kind: withToken.kind, value: withToken.token });
    const expect = (model: AccountModel) =>
      command.model(model, given, { sessionToken, mailedToken, atOnce });
    return { name, given, told, mails, expect };
  }

  /** Goes through the orders in which it may have happened, until one explains all that was seen. */
  async #follow(happened: readonly Happened[]): Promise<void> {
    const seen = await this.#seen();
    const tried: unknown[] = [];
    const atOnce = happened.length > 1;
    for (const order of readingsOf(happened).flatMap(permutations)) {
      const model = this.#model.copy();
      const verdicts = order.map(({ expect }) => expect(model));
      const isSo = order.every((each, index) => agrees(each, verdicts[index] ?? assert.fail(), atOnce));
      tried.push({ order: order.map(({ name }) => name), verdicts, seen: model.seen() });
      if (!isSo || !isSame(model.seen(), seen)) continue;
      this.#model = model;
      return;
    }
    assert.fail(
      `no order explains it:\n${this.#log.join("\n")}\n${JSON.stringify({ seen, tried }, null, 1)}`,
    );
  }

  async #seen(): Promise<Seen> {
    const now = this.#clock.now();
    const harbor = { now, store: this.#store };
    const accounts = [];
    for (const key of new Set(NAMES.map((name) => name.toLowerCase()))) {
      const user = await this.#store.getUserByUsername(key);
      if (user === null || isLapsed(user, now)) continue;
      const { username: name, email, verified } = user;
      const holds = (await this.#store.getUserByEmail(email))?.id === user.id;
      const roles = [...await this.#store.getUserRoles(name)].toSorted();
      accounts.push({ name, email, holds, verified, roles });
    }
    return {
      accounts: accounts.toSorted((one, other) => one.name < other.name ? -1 : 1),
      roles: [...await this.#store.listRoles()].toSorted(),
      sessions: await alive(harbor, this.#sessions, (hash) => this.#store.getSession(hash)),
      tokens: await alive(
        harbor,
        this.#tokens.map(({ value }) => value),
        async (hash) =>
          await this.#store.getEmailVerification(hash) ?? await this.#store.getPasswordReset(hash),
      ),
    };
  }
}

/**
 * What may have happened, in each way to read it. Of several at once
 *
 * - what is asked under a name that changes meanwhile may come too late: it is refused, or mails nothing, and had no
 *   effect. A role is read by name, too, after the session: that answer may be the one of a moment in between;
 * - a reset that is mailed to nobody may have replaced an earlier one.
 */
function readingsOf(happened: readonly Happened[]): readonly (readonly Happened[])[] {
  if (happened.length === 1) return [happened];
  const renames = happened.some(({ name, told }) => name === "changeUsername" && told === "ok");
  let readings: (readonly Happened[])[] = [[]];
  for (const each of happened) {
    const ways = waysToRead(each, renames);
    readings = readings.flatMap((earlier) => ways.map((way) => [...earlier, ...way]));
  }
  return readings;
}

function waysToRead(each: Happened, renames: boolean): readonly (readonly Happened[])[] {
  const { name, told, mails, given } = each;
  if (name === "sendPasswordReset" && mails.length === 0) {
    return [[each], [], [{ ...each, expect: (model) => model.sendPasswordResetToNobody(given.email) }]];
  }
  if (!renames) return [[each]];
  if (name === "requireRole" && told !== "invalid_session_token") return [[{ ...each, told: "either" }]];
  return told === "ok" && (name !== "resendVerification" || mails.length > 0) ? [[each]] : [[]];
}

/** Alone, an answer and its mail are exactly as expected; of several at once a refusal may have another reason. */
function agrees({ told, mails }: Happened, verdict: Verdict, atOnce: boolean): boolean {
  const sent = mails.map(({ kind, to }) => `${kind} ${to}`);
  const owed = verdict.mails.map(({ kind, to }) => `${kind} ${to}`);
  if (!atOnce) return told === verdict.told && isSame(sent.toSorted(), owed.toSorted());
  const withToken = (lines: readonly string[]) =>
    lines.filter((line) => MAILS_WITH_TOKENS.has(line.split(" ")[0] ?? "")).toSorted();
  const isAsTold = told === "either" || (told === "ok") === (verdict.told === "ok");
  return isAsTold && isSame(withToken(sent), withToken(owed));
}

function nth(values: readonly string[], back: number): string {
  return values.at(-1 - back) ?? UNKNOWN_TOKEN;
}

function codeOf(error: unknown): Told {
  if (!isUserHarborError(error)) throw error;
  return error.code;
}

interface Reading {
  readonly now: Date;
  readonly store: UserStore;
}

async function alive(
  { now, store }: Reading,
  values: readonly string[],
  find: (hash: string) => Promise<{ readonly username: string; readonly expiresAt: Date } | null>,
): Promise<string[]> {
  const found: string[] = [];
  for (const value of values) {
    const row = await find(createHash("sha256").update(value).digest("hex"));
    if (row === null || now >= row.expiresAt) continue;
    const user = await store.getUserByUsername(row.username.toLowerCase());
    if (user !== null && !isLapsed(user, now)) {
      found.push(`${value} ${row.username} ${row.expiresAt.getTime()}`);
    }
  }
  return found.toSorted();
}

function isLapsed({ verified, createdAt }: { verified: boolean; createdAt?: Date }, now: Date): boolean {
  return !verified && now.getTime() - (createdAt?.getTime() ?? Infinity) >= 604_800_000;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function permutations<T>(values: readonly T[]): readonly (readonly T[])[] {
  if (values.length <= 1) return [values];
  return values.flatMap((value, index) =>
    permutations(values.toSpliced(index, 1)).map((rest) => [value, ...rest])
  );
}
