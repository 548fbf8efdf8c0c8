import { Argon2WasmPasswordHasher } from "@userharbor/argon2/wasm";
import { Pbkdf2PasswordHasher } from "@userharbor/core/pbkdf2";
import {
  type ContractCase,
  outboxQueueCases,
  passwordHasherCases,
  throttleCases,
  userStoreCases,
} from "@userharbor/core/testing";
import { d1, type D1Database } from "@userharbor/sql/d1";
import { durableObject, type DurableObjectStorage } from "@userharbor/sql/durable-object";
import { openEmptyOutbox, ServiceOutbox } from "../_sql_outboxes.ts";
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
  readonly ARGON2ID: WebAssembly.Module;
  readonly ACCOUNTS: {
    idFromName(name: string): unknown;
    get(id: unknown): { fetch(request: Request): Promise<Response> };
  };
}

/** Answers `/SUBJECT/CONTRACT/INDEX` with how that case of the contract goes there. */
export default {
  fetch(request: Request, { DB, ARGON2ID, ACCOUNTS }: Bindings): Promise<Response> {
    const [, subject] = new URL(request.url).pathname.split("/");
    if (subject === "d1") return answer(request, storeCases(() => clientOf(d1(DB))));
    if (subject === "durable-object") return ACCOUNTS.get(ACCOUNTS.idFromName("all")).fetch(request);
    return answer(request, {
      hashers: passwordHasherCases(() =>
        subject === "pbkdf2" ? new Pbkdf2PasswordHasher() : new Argon2WasmPasswordHasher({ module: ARGON2ID })
      ),
    });
  },
};

/** A Durable Object with accounts in its own database. */
export class Accounts {
  readonly #storage: DurableObjectStorage;

  constructor({ storage }: { readonly storage: DurableObjectStorage }) {
    this.#storage = storage;
  }

  fetch(request: Request): Promise<Response> {
    return answer(request, storeCases(() => clientOf(durableObject(this.#storage))));
  }
}

function clientOf(driver: Client["driver"]): Client {
  return { driver, end: () => Promise.resolve() };
}

type Contracts = Readonly<Record<string, readonly ContractCase[]>>;

async function answer({ url }: Request, contracts: Contracts): Promise<Response> {
  const [, , contract = "", index] = new URL(url).pathname.split("/");
  return Response.json(await outcomeOf(contracts[contract]?.[Number(index)]));
}

function storeCases(client: () => Client): Contracts {
  return {
    stores: userStoreCases(() => openEmptyStore(client()), {
      another: () => new ServiceStore(client()),
      records,
    }),
    throttles: throttleCases(() => openEmptyThrottle(client()), {
      another: () => new ServiceThrottle(client()),
    }),
    outboxes: outboxQueueCases(() => openEmptyOutbox(client()), {
      another: () => new ServiceOutbox(client()),
    }),
  };
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
