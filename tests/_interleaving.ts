import { setImmediate } from "node:timers/promises";
import type { UserStore } from "../mod.ts";
import { interceptStore, type StoreCall } from "./_intercept_store.ts";
import type { Draw } from "./_schedules.ts";

/** One of several parties whose calls of one store are interleaved. */
interface Party {
  state: "thinking" | "waiting" | "calling" | "done";
  goOn: () => void;
}

/** A call that took effect: made outside a transaction, or in one that committed. */
export interface Effect {
  /** Whose call it was: the place of the work in the list. */
  readonly party: number;
  readonly call: StoreCall;
  readonly answer: unknown;
  /** The same for all that took effect together. */
  readonly unit: number;
}

/** Nodes of a store on a server, where a call takes its time and may wait for a lock of another party. */
export interface ServerNodes {
  /** The parties' own, in turns. */
  readonly nodes: readonly UserStore[];
  /** How long the next call is held back at most for the last to be answered, chosen at random for each. */
  readonly patienceMs: number;
}

/**
 * Holds every call of a store back, those inside transactions and each commit included, and lets them go one by one
 * in an order that is drawn. The next goes only when nobody is thinking, so the same draws give the same schedule. What parties do between two calls of the store they do alone, so no other orders matter.
 */
export class Interleaving {
  readonly #store: UserStore;
  readonly #draw: Draw;
  readonly #server: ServerNodes | undefined;
  readonly #parties: Party[] = [];
  #units = 0;
  /** The parties in the order in which their calls went. */
  readonly schedule: number[] = [];
  /** In the order in which they took effect. */
  readonly effects: Effect[] = [];

  constructor(store: UserStore, draw: Draw, server?: ServerNodes) {
    this.#store = store;
    this.#draw = draw;
    this.#server = server;
  }

  /** Runs everything at once, each on a store of its own; never rejects. */
  async run<T>(
    works: readonly ((store: UserStore) => Promise<T>)[],
  ): Promise<readonly PromiseSettledResult<T>[]> {
    const all = Promise.allSettled(works.map((work) => this.#start(work)));
    await this.#release();
    return await all;
  }

  async #start<T>(work: (store: UserStore) => Promise<T>): Promise<T> {
    const party: Party = { state: "thinking", goOn: () => {} };
    this.#parties.push(party);
    try {
      return await work(this.#heldBack(party));
    } finally {
      party.state = "done";
    }
  }

  #heldBack(party: Party): UserStore {
    const index = this.#parties.indexOf(party);
    const nodes = this.#server?.nodes ?? [];
    const store = nodes[index % nodes.length] ?? this.#store;
    const hold = async () => {
      if (party.state === "done") return;
      const { promise, resolve } = Promise.withResolvers<void>();
      party.goOn = resolve;
      party.state = "waiting";
      await promise;
    };
    const move = (state: Party["state"]) => {
      if (party.state !== "done") party.state = state;
    };
    return interceptStore(store, async (call, proceed) => {
      await hold();
      if (call.method !== "transaction") {
        const answer = await proceed().finally(() => move("thinking"));
        this.effects.push({ party: index, call, answer, unit: this.#units++ });
        return answer;
      }
      const [work] = call.args as [(handle: UserStore) => Promise<unknown>];
      let effects: Effect[] = [];
      return await store.transaction(async (handle) => {
        // Whatever an earlier run of the work did was rolled back.
        this.#undo(effects);
        effects = [];
        move("thinking");
        const unit = this.#units++;
        const keep = (call: StoreCall, answer: unknown) => effects.push({ party: index, call, answer, unit });
        const result = await work(this.#inside(handle, { hold, move, keep })).catch((error: unknown) => {
          move("calling");
          throw error;
        });
        await hold();
        // Now, for whoever waits until the commit comes later but may be told first.
        this.effects.push(...effects);
        return result;
      }).catch((error: unknown) => {
        this.#undo(effects);
        throw error;
      }).finally(() => move("thinking"));
    });
  }

  #inside(handle: UserStore, { hold, move, keep }: Holding): UserStore {
    return interceptStore(handle, async (call, proceed) => {
      await hold();
      const answer = await proceed().finally(() => move("thinking"));
      keep({ ...call, inTransaction: true }, answer);
      return answer;
    });
  }

  #undo(effects: readonly Effect[]): void {
    const kept = this.effects.filter((effect) => !effects.includes(effect));
    this.effects.splice(0, this.effects.length, ...kept);
  }

  async #release(): Promise<void> {
    while (this.#parties.some(({ state }) => state !== "done")) {
      await setImmediate();
      if (this.#parties.some(({ state }) => state === "thinking")) continue;
      const waiting = this.#parties.filter(({ state }) => state === "waiting");
      if (waiting.length === 0) continue;
      const next = waiting[this.#draw(waiting.length)];
      if (next === undefined) throw new RangeError("Cannot go on: nobody of this number waits");
      this.schedule.push(this.#parties.indexOf(next));
      next.state = "calling";
      next.goOn();
      await this.#giveTime(next);
    }
  }

  /** On a server an answer takes time, and one that waits for a lock never comes before its holder has gone on. */
  async #giveTime(party: Party): Promise<void> {
    if (this.#server === undefined) return;
    const until = performance.now() + Math.random() * this.#server.patienceMs;
    while (party.state === "calling" && performance.now() < until) await setImmediate();
  }
}

interface Holding {
  readonly hold: () => Promise<void>;
  readonly move: (state: Party["state"]) => void;
  readonly keep: (call: StoreCall, answer: unknown) => void;
}
