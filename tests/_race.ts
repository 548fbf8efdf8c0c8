import assert from "node:assert/strict";
import { UserHarbor, type UserHarborOptions, type UserStore } from "../mod.ts";
import { type RecordedEmail, RecordingEmailSender } from "../testing.ts";
import { codeOf, type Life } from "./_harness.ts";
import { replay } from "./_intercept_store.ts";
import { Interleaving, type ServerNodes } from "./_interleaving.ts";
import { Invariants } from "./_invariants.ts";
import { leaningDraw } from "./_leaning_draw.ts";
import { Schedules } from "./_schedules.ts";

/** Where works race, and in how many orders at most. */
export interface Race {
  /** What happened before; done again, call by call, on a new store for each time. */
  readonly before: Life;
  readonly open: () => Promise<UserStore>;
  readonly times: number;
  /** Where the store is on a server. */
  readonly server?: RaceServer;
  /** What the nodes are made with, beside the ports. */
  readonly options?: Pick<Partial<UserHarborOptions>, "maxSessionsPerUser" | "auditTrail"> | undefined;
}

/** A server, whose calls take effect in an order that nobody outside is told. */
export interface RaceServer extends ServerNodes {
  /** An empty store to do in some order what took effect there; it has to come to the same. */
  readonly openModel: () => Promise<UserStore>;
}

/** What one party does. */
export type Work = (harbor: UserHarbor) => Promise<unknown>;

/** Who races, and what must hold afterwards, beside the invariants that hold after every race. */
export interface Rivals {
  /** A list is tried in every order there is, if `times` are enough; works that vary, in as many orders at random. */
  readonly works: readonly Work[] | ((seed: number) => readonly Work[]);
  /** Works of which one at most may succeed, since all of them spend one secret or take one name. */
  readonly once?: readonly number[];
  readonly check?: (after: Aftermath) => Promise<void>;
}

/** Who meets whom, and how that may end. */
export interface Contest extends Rivals {
  readonly options?: Race["options"];
  /** Every combination of ends there is; all of them must be met, or the race was none. */
  readonly ends: readonly string[];
}

/** What a race left behind. */
export interface Aftermath {
  readonly harbor: UserHarbor;
  readonly store: UserStore;
  readonly results: readonly PromiseSettledResult<unknown>[];
  /** What each party mailed. */
  readonly mails: readonly (readonly RecordedEmail[])[];
  readonly seed: number;
}

/**
 * Lets works race, each on a node of its own, in one order of their calls after another.
 *
 * @returns how the works ended, such as `ok, invalid_session_token`: every combination that was met
 */
export async function race(
  { before, open, times, options, server }: Race,
  { works, once = [], check }: Rivals,
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  const startedAt = before.clock.now();
  const schedules = new Schedules(times, {
    mayBeAll: typeof works !== "function" && server === undefined,
  });
  let interleaving: Interleaving;
  do {
    const seed = schedules.run;
    before.clock.set(startedAt);
    const store = await open();
    await replay(before.calls, store);
    interleaving = new Interleaving(store, server ? leaningDraw(seed) : schedules.draw, server);
    const parties = (typeof works === "function" ? works(seed) : works)
      .map((work) => new Party(work, { before, options }));
    const results = await interleaving.run(parties.map((party) => (held) => party.run(held)));
    const mails = parties.map(({ emailSender }) => emailSender.sent);
    const outcome = results.map(said);
    seen.add(outcome.join(", "));
    try {
      const invariants = new Invariants({
        before,
        store,
        open: server?.openModel ?? open,
        results,
        mails,
        effects: interleaving.effects,
        isOrderKnown: server === undefined,
      });
      await invariants.check();
      if (once.filter((index) => outcome[index] === "ok").length > 1) throw new Error("spent more than once");
      await check?.({ harbor: nodeOf(store, { before, options }), store, results, mails, seed });
      await invariants.checkLater();
    } catch (error) {
      const schedule = interleaving.schedule.join("");
      throw new Error(`run ${seed}, schedule ${schedule}: ${outcome.join(", ")}`, { cause: error });
    }
  } while (schedules.next(interleaving.schedule));
  return seen;
}

/** Lets works race, and asserts that they end in every way they may, and in no other. */
export async function meet({ ends, options, ...rivals }: Contest, racing: Race): Promise<void> {
  const seen = await race({ ...racing, options }, rivals);
  assert.deepEqual([...seen].toSorted(), ends.toSorted());
}

/** `ok`, or the code of the refusal. */
export function said(result: PromiseSettledResult<unknown>): string {
  return result.status === "rejected" ? codeOf(result.reason) : "ok";
}

interface Setting {
  readonly before: Life;
  readonly options: Race["options"];
}

/** One work on a node of its own. What it leaves for later is done before the race is over, one after the other. */
class Party {
  readonly emailSender: RecordingEmailSender = new RecordingEmailSender();
  readonly #work: Work;
  readonly #setting: Setting;

  constructor(work: Work, setting: Setting) {
    this.#work = work;
    this.#setting = setting;
  }

  async run(store: UserStore): Promise<unknown> {
    const deferred: (() => Promise<void>)[] = [];
    const { emailSender } = this;
    const harbor = nodeOf(store, { ...this.#setting, emailSender, defer: (work) => deferred.push(work) });
    try {
      return await this.#work(harbor);
    } finally {
      for (const work of deferred) await work();
    }
  }
}

/** A harbor of its own over the same data; unless told otherwise its mail does not wait, so that none comes later. */
function nodeOf(
  store: UserStore,
  { before, options, ...own }: Setting & Partial<Pick<UserHarborOptions, "emailSender" | "defer">>,
): UserHarbor {
  const { emailSender, passwordHasher, clock } = before;
  return new UserHarbor({
    store,
    emailSender,
    passwordHasher,
    clock: clock.now,
    defer: (work) => void work(),
    ...options,
    ...own,
  });
}
