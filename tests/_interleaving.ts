import { setImmediate } from "node:timers/promises";
import type { UserStore } from "../mod.ts";
import { interceptStore } from "./_intercept_store.ts";
import { pseudoRandom } from "./_pseudo_random.ts";

/** One of several parties whose calls of one store are interleaved. */
interface Party {
  state: "thinking" | "waiting" | "calling" | "done";
  goOn: () => void;
}

/**
 * Holds every call of a store back, those inside transactions included, and lets them go one by one in an order
 * drawn from a seed. The next goes only when nobody is thinking, so the same seed gives the same schedule.
 */
export class Interleaving {
  readonly #store: UserStore;
  readonly #random: () => number;
  readonly #parties: Party[] = [];
  /** The parties in the order in which their calls went. */
  readonly schedule: number[] = [];

  constructor(store: UserStore, seed: number) {
    this.#store = store;
    this.#random = pseudoRandom(seed);
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
    return interceptStore(this.#store, async ({ method, args }, proceed) => {
      await hold();
      if (method !== "transaction") return await proceed().finally(() => move("thinking"));
      const [work] = args as [(handle: UserStore) => Promise<unknown>];
      return await this.#store.transaction((handle) => {
        move("thinking");
        return work(this.#inside(handle, { hold, move })).finally(() => move("calling"));
      }).finally(() => move("thinking"));
    });
  }

  #inside(handle: UserStore, { hold, move }: Holding): UserStore {
    return interceptStore(handle, async (_call, proceed) => {
      await hold();
      return await proceed().finally(() => move("thinking"));
    });
  }

  async #release(): Promise<void> {
    while (this.#parties.some(({ state }) => state !== "done")) {
      await setImmediate();
      if (this.#parties.some(({ state }) => state === "thinking")) continue;
      const waiting = this.#parties.filter(({ state }) => state === "waiting");
      const next = waiting[Math.floor(this.#random() * waiting.length)];
      if (next === undefined) continue;
      this.schedule.push(this.#parties.indexOf(next));
      next.state = "calling";
      next.goOn();
    }
  }
}

interface Holding {
  readonly hold: () => Promise<void>;
  readonly move: (state: Party["state"]) => void;
}
