import type { UserStore } from "@userharbor/core";
import { TransactionGate } from "@userharbor/core/transactions";
import { MemoryUserStore } from "@userharbor/memory";

/** What a store on a single connection has to take care of around a transaction. */
export interface Care {
  /** Reads from outside wait while a transaction is open. */
  readonly readsWait: boolean;
  /** Writes from outside wait while a transaction is open. */
  readonly writesWait: boolean;
  /** A transaction waits while another is open. */
  readonly transactionsWait: boolean;
  /** Work that rejects leaves nothing. */
  readonly rollsBack: boolean;
  /**
   * What becomes of a transaction whose work swallows a rejection: it `rejects`; or it `resolves` although all is
   * rolled back; or it `continues` after a rollback and commits the rest; or it `commits` as if nothing had been.
   */
  readonly swallowed: "rejects" | "resolves" | "continues" | "commits";
  /** A nested transaction joins; otherwise it is a savepoint, and the outer one survives its failure. */
  readonly nestedJoins: boolean;
  /** The handle is refused once the transaction has ended. */
  readonly handleEnds: boolean;
}

const FULL_CARE: Care = {
  readsWait: true,
  writesWait: true,
  transactionsWait: true,
  rollsBack: true,
  swallowed: "rejects",
  nestedJoins: true,
  handleEnds: true,
};

type Work = (store: UserStore) => Promise<unknown>;

interface Call {
  readonly method: keyof UserStore;
  readonly args: readonly unknown[];
}

/**
 * A store whose calls and transactions all go over one connection, with as much care as asked for.
 *
 * It rolls back by replaying, on a new store, every call made before the transaction.
 */
export function singleConnection(careless: Partial<Care> = {}): UserStore {
  const connection = new Connection({ ...FULL_CARE, ...careless });
  return storeOf((call) => connection.fromOutside(call));
}

class Connection {
  readonly #care: Care;
  readonly #gate: TransactionGate = new TransactionGate();
  #store: UserStore = new MemoryUserStore();
  #calls: Call[] = [];

  constructor(care: Care) {
    this.#care = care;
  }

  fromOutside(call: Call): Promise<unknown> {
    if (call.method === "transaction") {
      const run = (): Promise<unknown> => this.#transaction(workOf(call));
      return this.#care.transactionsWait ? this.#gate.exclusive(run) : run();
    }
    const waits = isRead(call) ? this.#care.readsWait : this.#care.writesWait;
    return waits ? this.#gate.run(() => this.#send(call)) : this.#send(call);
  }

  async #transaction(work: Work): Promise<unknown> {
    const begin = this.#calls.length;
    let hasEnded = false;
    let rejection: { readonly reason: unknown } | undefined;

    const inside = async (call: Call): Promise<unknown> => {
      if (hasEnded && this.#care.handleEnds) {
        throw new TypeError("Cannot use a handle whose transaction has ended");
      }
      if (call.method === "transaction" && !this.#care.nestedJoins) {
        return await this.#transaction(workOf(call));
      }
      try {
        return await (call.method === "transaction" ? workOf(call)(storeOf(inside)) : this.#send(call));
      } catch (reason) {
        rejection ??= { reason };
        if (this.#care.swallowed === "continues") this.#rollBackTo(begin);
        throw reason;
      }
    };

    try {
      const result = await work(storeOf(inside));
      if (rejection !== undefined && this.#care.swallowed === "rejects") throw rejection.reason;
      if (rejection !== undefined && this.#care.swallowed === "resolves") this.#rollBackTo(begin);
      return result;
    } catch (reason) {
      if (this.#care.rollsBack) this.#rollBackTo(begin);
      throw reason;
    } finally {
      hasEnded = true;
    }
  }

  #send(call: Call): Promise<unknown> {
    this.#calls.push(call);
    return apply(this.#store, call);
  }

  #rollBackTo(length: number): void {
    this.#calls = this.#calls.slice(0, length);
    this.#store = new MemoryUserStore();
    // Each of these calls ends before the next begins; what was refused then is refused again.
    for (const call of this.#calls) apply(this.#store, call).catch(() => {});
  }
}

function storeOf(send: (call: Call) => Promise<unknown>): UserStore {
  return new Proxy(new MemoryUserStore(), {
    get(blank, name) {
      const own: unknown = Reflect.get(blank, name);
      if (typeof own !== "function") return own;
      return (...args: readonly unknown[]) => send({ method: name as keyof UserStore, args });
    },
  });
}

function apply(store: UserStore, { method, args }: Call): Promise<unknown> {
  return Reflect.apply(store[method] as () => Promise<unknown>, store, args);
}

function workOf({ args: [work] }: Call): Work {
  return work as Work;
}

function isRead({ method }: Call): boolean {
  return /^(get|list)|Exists$/.test(method);
}
