import type { UserStore } from "@userharbor/core";
import { type SqlDriver, SqlUserStore } from "@userharbor/sql";

/** A store, and what its engine reported as undone. */
export interface WatchedStore {
  readonly store: SqlUserStore;
  /** The codes, in order: an SQLSTATE of PostgreSQL, a number of MariaDB. */
  readonly undone: readonly (string | number)[];
}

/** Writes down what an engine reports as undone before the store begins anew. */
export function watched(driver: SqlDriver): WatchedStore {
  const undone: (string | number)[] = [];
  const store = new SqlUserStore({
    ...driver,
    isRolledBack: (error) => {
      const isRolledBack = driver.isRolledBack(error);
      if (isRolledBack) undone.push(codeOf(error));
      return isRolledBack;
    },
  });
  return { store, undone };
}

function codeOf(error: unknown): string | number {
  const { code = "", errno } = Object(error) as { readonly code?: string; readonly errno?: number };
  return errno ?? code;
}

/** Waits until so many came; whoever comes later, in a second attempt, passes. */
export class Meeting {
  readonly #all: Promise<void>;
  #arrive: () => void = () => {};
  #missing: number;

  constructor(parties: number) {
    this.#missing = parties;
    this.#all = new Promise((resolve) => this.#arrive = resolve);
  }

  /** Comes, and waits for the others. */
  async come(): Promise<void> {
    if (--this.#missing === 0) this.#arrive();
    await this.#all;
  }
}

/** Makes accounts that nobody has logged in to. */
export async function createAccounts(store: UserStore, usernames: readonly string[]): Promise<void> {
  for (const username of usernames) {
    await store.createUser({
      id: username,
      username,
      email: `${username}@example.org`,
      passwordHash: "first",
    });
  }
}

/**
 * Two transactions that write the same two accounts in opposite orders, and both have written one when either goes on.
 *
 * @returns how often each was run
 */
export async function crossWrites(stores: readonly UserStore[]): Promise<readonly number[]> {
  const meeting = new Meeting(2);
  const orders = [["ada", "eve"], ["eve", "ada"]] as const;
  return await Promise.all(orders.map(async ([first, second], party) => {
    let runs = 0;
    const store = stores[party % stores.length];
    await store?.transaction(async (tx) => {
      runs++;
      await tx.setPasswordHash(first, `by ${party}`);
      await meeting.come();
      await tx.setPasswordHash(second, `by ${party}`);
    });
    return runs;
  }));
}
