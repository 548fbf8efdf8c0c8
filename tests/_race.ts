import { UserHarbor, type UserStore } from "../mod.ts";
import { codeOf, type Life } from "./_harness.ts";
import { replay } from "./_intercept_store.ts";
import { Interleaving } from "./_interleaving.ts";

/** Where and how often works race. */
export interface Race {
  /** What happened before; done again, call by call, on a new store for each time. */
  readonly before: Life;
  readonly open: () => Promise<UserStore>;
  readonly times: number;
}

/** Who races, and what must hold afterwards. */
export interface Rivals {
  readonly works: (seed: number) => readonly ((harbor: UserHarbor) => Promise<unknown>)[];
  readonly check: (after: {
    readonly harbor: UserHarbor;
    readonly store: UserStore;
    readonly results: readonly PromiseSettledResult<unknown>[];
    readonly seed: number;
  }) => Promise<void>;
}

/** Lets works race, each on a node of its own, in as many orders of their calls as there are seeds. */
export async function race({ before, open, times }: Race, { works, check }: Rivals): Promise<void> {
  for (let seed = 0; seed < times; seed++) {
    const store = await open();
    await replay(before.calls, store);
    const interleaving = new Interleaving(store, seed);
    const results = await interleaving.run(works(seed).map((work) => (held) => work(node(held, before))));
    try {
      await check({ harbor: node(store, before), store, results, seed });
    } catch (error) {
      throw new Error(`seed ${seed}, schedule ${interleaving.schedule.join("")}`, { cause: error });
    }
  }
}

/** `ok`, or the code of the refusal. */
export function said(result: PromiseSettledResult<unknown>): string {
  return result.status === "rejected" ? codeOf(result.reason) : "ok";
}

/** A harbor of its own over the same data; its mail does not wait, so that none is under way later. */
function node(store: UserStore, { emailSender, passwordHasher, clock }: Life): UserHarbor {
  return new UserHarbor({
    store,
    emailSender,
    passwordHasher,
    clock: clock.now,
    defer: (work) => void work(),
  });
}
