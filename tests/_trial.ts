import assert from "node:assert/strict";
import {
  type EmailSender,
  type HarborEvent,
  type PasswordHasher,
  type Throttle,
  UserHarbor,
  type UserStore,
} from "../mod.ts";
import type { RecordedEmail } from "../testing.ts";
import type { Flow, Operation } from "./_flows.ts";
import { codeOf, emailOf, type Life, NEW_PASSWORD, openHarbor, PASSWORD } from "./_harness.ts";
import { replay } from "./_intercept_store.ts";
import { snapshot } from "./_snapshot.ts";

/** What a port that fails says about it; nobody must hear it but whoever called. */
export const SECRET = "INSERT … VALUES ('a secret of the port')";

/** Ports that fail, in the place of those that do not. */
export interface Ports {
  readonly store?: UserStore;
  readonly emailSender?: EmailSender;
  readonly passwordHasher?: PasswordHasher;
  readonly throttle?: Throttle;
}

/** How a flow went. */
export interface Ending {
  /** `done`, or what it rejected with. */
  readonly outcome: unknown;
  readonly mails: readonly RecordedEmail[];
  /** How many slow hashes it took. */
  readonly hashes: number;
  readonly events: readonly HarborEvent[];
}

/** A flow in its situation, on a store of its own, to be tried with ports that fail. */
export class Trial {
  /** Healthy, whatever runs fail on. */
  readonly store: UserStore;
  readonly before: Life;
  readonly #operation: Operation;
  readonly #options: Flow["options"];
  #answered = false;

  private constructor(store: UserStore, { before, operation, options }: Setting) {
    this.store = store;
    this.before = before;
    this.#operation = operation;
    this.#options = options;
  }

  static async open({ prepare, options }: Flow, openStore: () => Promise<UserStore>): Promise<Trial> {
    const before = openHarbor();
    await before.harbor.roles.create("admin");
    const operation = await prepare(before);
    const store = await openStore();
    await replay(before.calls, store);
    return new Trial(store, { before, operation, options });
  }

  /** Whether the run at hand has answered, and goes on with what answers do not wait for. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Runs the flow once, to the end of what it leaves for later, unless that never ends. */
  async run(ports: Ports = {}, { settles = true }: { readonly settles?: boolean } = {}): Promise<Ending> {
    const { emailSender, passwordHasher, clock } = this.before;
    const events: HarborEvent[] = [];
    const harbor = new UserHarbor({
      store: this.store,
      emailSender,
      passwordHasher,
      clock: clock.now,
      onEvent: (event) => events.push(event),
      ...this.#options,
      ...ports,
    });
    const mails = emailSender.sent.length;
    const hashes = this.before.hashes;
    this.#answered = false;
    const outcome: unknown = await this.#operation(harbor).then(() => "done", (error: unknown) => error);
    this.#answered = true;
    if (settles) await harbor.settled();
    return { outcome, mails: emailSender.sent.slice(mails), hashes: this.before.hashes - hashes, events };
  }

  /** All that was there before, as it is now. */
  state(): Promise<unknown> {
    return snapshot(this.store, this.before.calls);
  }

  /** What it comes down to, whatever random ids, tokens and salts came of it. */
  async effects(): Promise<unknown> {
    const { store, before: { emailSender, passwordHasher, clock, calls } } = this;
    const user = await store.getUserByUsername("ada");
    const harbor = new UserHarbor({ store, emailSender, passwordHasher, clock: clock.now });
    const works = async (password: string) =>
      await harbor.login({ username: "ada", password }).then(() => true, () => false);
    const hashes = new Set(calls.flatMap(({ args: [record] }) => tokenHashOf(record)));
    const left = { verifications: 0, sessions: 0, resets: 0 };
    for (const hash of hashes) {
      if (await store.getEmailVerification(hash) !== null) left.verifications++;
      if (await store.getSession(hash) !== null) left.sessions++;
      if (await store.getPasswordReset(hash) !== null) left.resets++;
    }
    return {
      renamed: (await store.getUserByUsername("lovelace"))?.username,
      moved: (await store.getUserByEmail("ada@example.net"))?.username,
      email: user?.email,
      verified: user?.verified,
      disabled: user?.disabled ?? false,
      mustChangePassword: user?.mustChangePassword ?? false,
      holder: (await store.getUserByEmail(emailOf("ada")))?.username,
      left,
      old: await works(PASSWORD),
      new: await works(NEW_PASSWORD),
      roles: await store.getUserRoles("ada"),
      permissions: await store.getUserPermissions("ada"),
      allRoles: await store.listRoles(),
      ofRole: await store.getRolePermissions("admin"),
    };
  }
}

/** What a flow comes to when nothing fails. */
export interface Aftermath {
  readonly mails: number;
  readonly hashes: number;
  readonly effects: unknown;
}

/** Runs a flow on ports that do not fail. */
export async function afterOneRun(trial: Trial): Promise<Aftermath> {
  const { outcome, mails, hashes } = await trial.run();
  assert.equal(outcome, "done");
  return { mails: mails.length, hashes, effects: await trial.effects() };
}

/** What no answer waits for fails without anybody being told but by an event. */
export function assertFailedLater({ outcome, events }: Ending, n: number): void {
  assert.equal(outcome, "done", `call ${n}`);
  const failed = events.filter((event) => event.outcome === "failed");
  assert.deepEqual(failed.map(({ errorName }) => errorName), ["Error"], `call ${n}`);
}

export function assertNoSecret({ events }: Ending): void {
  const text = JSON.stringify(events);
  for (const secret of [PASSWORD, NEW_PASSWORD, SECRET]) {
    assert.equal(text.includes(secret), false, "an event holds a secret");
  }
}

/** `done`, or the code of the refusal; what is none is thrown on. */
export function said({ outcome }: Ending): string {
  return outcome === "done" ? "done" : codeOf(outcome);
}

interface Setting {
  readonly before: Life;
  readonly operation: Operation;
  readonly options: Flow["options"];
}

function tokenHashOf(record: unknown): readonly string[] {
  const { tokenHash, verificationTokenHash } = Object(record);
  return [tokenHash, verificationTokenHash].filter((hash) => typeof hash === "string");
}
