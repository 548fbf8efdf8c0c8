import { type ContractCase, throttleCases, userStoreCases } from "@userharbor/core/testing";
import { d1, type D1Database } from "@userharbor/sql/d1";
import { durableObject, type DurableObjectStorage } from "@userharbor/sql/durable-object";
import { type Client, openEmptyStore, records, ServiceStore } from "../_sql_stores.ts";
import { openEmptyThrottle, ServiceThrottle } from "../_sql_throttles.ts";

/** How a case went. */
export interface CaseOutcome {
  /** Why it does not apply. */
  readonly skipped?: string;
  /** Why it failed. */
  readonly error?: string;
}

/** What the worker is bound to. */
interface Bindings {
  readonly DB: D1Database;
  readonly ACCOUNTS: {
    idFromName(name: string): unknown;
    get(id: unknown): { fetch(request: Request): Promise<Response> };
  };
}

/** Answers `/STORE/CONTRACT/INDEX` with how that case of the contract goes on that kind of store. */
export default {
  fetch(request: Request, { DB, ACCOUNTS }: Bindings): Promise<Response> {
    if (new URL(request.url).pathname.startsWith("/d1/")) return answer(request, () => clientOf(d1(DB)));
    return ACCOUNTS.get(ACCOUNTS.idFromName("all")).fetch(request);
  },
};

/** A Durable Object with accounts in its own database. */
export class Accounts {
  readonly #storage: DurableObjectStorage;

  constructor({ storage }: { readonly storage: DurableObjectStorage }) {
    this.#storage = storage;
  }

  fetch(request: Request): Promise<Response> {
    return answer(request, () => clientOf(durableObject(this.#storage)));
  }
}

function clientOf(driver: Client["driver"]): Client {
  return { driver, end: () => Promise.resolve() };
}

async function answer({ url }: Request, client: () => Client): Promise<Response> {
  const [, , contract = "", index] = new URL(url).pathname.split("/");
  return Response.json(await outcomeOf(casesOf(contract, client)[Number(index)]));
}

function casesOf(contract: string, client: () => Client): readonly ContractCase[] {
  if (contract === "stores") {
    return userStoreCases(() => openEmptyStore(client()), {
      another: () => new ServiceStore(client()),
      records,
    });
  }
  return throttleCases(() => openEmptyThrottle(client()), { another: () => new ServiceThrottle(client()) });
}

async function outcomeOf(contractCase: ContractCase | undefined): Promise<CaseOutcome> {
  if (contractCase === undefined) return { error: "there is no such case" };
  try {
    const skipped = await contractCase.run();
    return typeof skipped === "string" ? { skipped } : {};
  } catch (error) {
    return { error: error instanceof Error ? `${error.stack}` : String(error) };
  }
}
