import type { StoreRecord, TransactionReach, UserStore } from "../interfaces.ts";
import type { ContractCase } from "./contract_case.ts";
import type { ReadRecords, StoreCase } from "./store/_store_case.ts";
import { accountCases } from "./store/account_cases.ts";
import { clientCases } from "./store/client_cases.ts";
import { creationCases } from "./store/creation_cases.ts";
import { diagnosisCases } from "./store/diagnosis_cases.ts";
import { doomedTransactionCases } from "./store/doomed_transaction_cases.ts";
import { guardCases } from "./store/guard_cases.ts";
import { heldOpenCases } from "./store/held_open_cases.ts";
import { housekeepingCases } from "./store/housekeeping_cases.ts";
import { instantCases } from "./store/instant_cases.ts";
import { isolationCases } from "./store/isolation_cases.ts";
import { lookupCases } from "./store/lookup_cases.ts";
import { mailedTokenCases } from "./store/mailed_token_cases.ts";
import { movingCases } from "./store/moving_cases.ts";
import { outsideCallCases } from "./store/outside_call_cases.ts";
import { ownershipCases } from "./store/ownership_cases.ts";
import { permissionCases } from "./store/permission_cases.ts";
import { raceCases } from "./store/race_cases.ts";
import { recordCases } from "./store/record_cases.ts";
import { renamingCases } from "./store/renaming_cases.ts";
import { renamingRaceCases } from "./store/renaming_race_cases.ts";
import { roleCases } from "./store/role_cases.ts";
import { sessionCases } from "./store/session_cases.ts";
import { sessionOverviewCases } from "./store/session_overview_cases.ts";
import { transactionCases } from "./store/transaction_cases.ts";
import { twoStoreCases } from "./store/two_store_cases.ts";
import { userFlagCases } from "./store/user_flag_cases.ts";
import { userPageCases } from "./store/user_page_cases.ts";

/** What {@link userStoreCases} may be told about a store. */
export interface UserStoreCasesOptions<S extends UserStore = UserStore> {
  /**
   * Opens a second store on the data of the first: another connection, or another node. Without it the cases
   * that take two stores do not apply.
   */
  readonly another?: (store: S) => UserStore | Promise<UserStore>;
  /**
   * Reads every record that was appended, in whatever order; no method of the port does. Without it the cases that
   * have to read them do not apply.
   */
  readonly records?: (store: S) => readonly StoreRecord[] | Promise<readonly StoreRecord[]>;
}

const STORE_CASES: readonly StoreCase[] = [
  ...creationCases,
  ...ownershipCases,
  ...movingCases,
  ...accountCases,
  ...lookupCases,
  ...instantCases,
  ...guardCases,
  ...isolationCases,
  ...mailedTokenCases,
  ...sessionCases,
  ...sessionOverviewCases,
  ...clientCases,
  ...userFlagCases,
  ...renamingCases,
  ...renamingRaceCases,
  ...userPageCases,
  ...recordCases,
  ...roleCases,
  ...permissionCases,
  ...raceCases,
  ...housekeepingCases,
  ...transactionCases,
  ...doomedTransactionCases,
  ...outsideCallCases,
  ...heldOpenCases,
  ...twoStoreCases,
  ...diagnosisCases,
];

/** What each reach covers. */
const COVERED: Readonly<Record<TransactionReach, readonly TransactionReach[]>> = {
  "any": ["any", "one-user", "none"],
  "one-user": ["one-user", "none"],
  "none": ["none"],
};

/**
 * The contract of the store port: what every store has to uphold, alone and under concurrent calls.
 *
 * The cases are independent of each other and of any test runner. Each opens a store of its own and disposes
 * it, through `Symbol.asyncDispose` or else `Symbol.dispose`, whether it passes or fails.
 *
 * @param open gives an empty store each time
 * @param options how to open a second store on the same data, and how to read records
 * @returns the cases; `run` resolves to a sentence for a case that does not apply to the store
 *
 * @example With `node:test` this is `for (const { name, run } of cases) test(name, run)`
 * ```ts
 * import assert from "node:assert/strict";
 * import { userStoreCases } from "@userharbor/core/testing";
 * import { MemoryUserStore } from "@userharbor/memory";
 *
 * const cases = userStoreCases(() => new MemoryUserStore());
 * const outcomes = await Promise.all(cases.map(({ run }) => run()));
 * const notApplicable = outcomes.filter((outcome) => outcome !== undefined);
 * assert(cases.length - notApplicable.length > 100);
 * ```
 */
export function userStoreCases<S extends UserStore>(
  open: () => S | Promise<S>,
  options: UserStoreCasesOptions<S> = {},
): ContractCase[] {
  return STORE_CASES.map((storeCase) => ({
    name: storeCase.name,
    run: () => runOnOpened(storeCase, { open, ...options }),
  }));
}

interface Opening<S extends UserStore> extends UserStoreCasesOptions<S> {
  readonly open: () => S | Promise<S>;
}

async function runOnOpened<S extends UserStore>(
  storeCase: StoreCase,
  { open, another, records }: Opening<S>,
): Promise<string | void> {
  if (storeCase.stores === 2 && another === undefined) {
    return "Does not apply: no way to open another store on the same data was given";
  }
  if (storeCase.readsRecords && records === undefined) {
    return "Does not apply: no way to read the records of this store was given";
  }
  const store = await open();
  return await disposing(store, async () => {
    if (!COVERED[store.transactions].includes(storeCase.reach)) {
      return `Does not apply: transactions of this store reach "${store.transactions}", ` +
        `the case takes "${storeCase.reach}"`;
    }
    if (storeCase.needs !== undefined && store[storeCase.needs] === undefined) {
      return `Does not apply: this store has no ${storeCase.needs}(), which is optional`;
    }
    const read: ReadRecords = async () => await records?.(store) ?? [];
    if (storeCase.stores === 1 || another === undefined) return await storeCase.run(store, store, read);
    const second = await another(store);
    // Opening may hand out the same object again, which must not be disposed twice.
    if (Object.is(second, store)) return await storeCase.run(store, second, read);
    return await disposing(second, () => storeCase.run(store, second, read));
  });
}

/** A failure of the case counts for more than one of the disposal that follows from it. */
async function disposing<T>(store: UserStore, use: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await use();
  } catch (error) {
    await dispose(store).catch(() => {});
    throw error;
  }
  await dispose(store);
  return result;
}

async function dispose(store: UserStore & Partial<AsyncDisposable & Disposable>): Promise<void> {
  if (store[Symbol.asyncDispose] !== undefined) await store[Symbol.asyncDispose]?.();
  else store[Symbol.dispose]?.();
}
