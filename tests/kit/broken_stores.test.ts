import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoreRecord, UserStore } from "@userharbor/core";
import { userStoreCases } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";
import { withoutOptionalMethods } from "../_without_optional_methods.ts";
import { failures } from "./_failures.ts";
import { type BrokenStore, mistaken } from "./_mistaken.ts";
import { singleConnection } from "./_single_connection.ts";
import { brokenAccounts } from "./broken_accounts.ts";
import { brokenClients } from "./broken_clients.ts";
import { brokenGuards } from "./broken_guards.ts";
import { brokenHousekeeping } from "./broken_housekeeping.ts";
import { brokenLookups } from "./broken_lookups.ts";
import { brokenMoving } from "./broken_moving.ts";
import { brokenOwnership } from "./broken_ownership.ts";
import { brokenRaces } from "./broken_races.ts";
import { brokenRecords } from "./broken_records.ts";
import { brokenRenaming } from "./broken_renaming.ts";
import { brokenRoles } from "./broken_roles.ts";
import { brokenSessionOverview } from "./broken_session_overview.ts";
import { brokenSessions } from "./broken_sessions.ts";
import { brokenTokens } from "./broken_tokens.ts";
import { brokenTransactions } from "./broken_transactions.ts";
import { brokenUserFlags } from "./broken_user_flags.ts";
import { brokenUserPages } from "./broken_user_pages.ts";

const BROKEN: readonly BrokenStore[] = [
  ...brokenAccounts,
  ...brokenClients,
  ...brokenGuards,
  ...brokenHousekeeping,
  ...brokenLookups,
  ...brokenMoving,
  ...brokenOwnership,
  ...brokenRaces,
  ...brokenRecords,
  ...brokenRenaming,
  ...brokenRoles,
  ...brokenSessionOverview,
  ...brokenSessions,
  ...brokenTokens,
  ...brokenTransactions,
  ...brokenUserFlags,
  ...brokenUserPages,
];

/** What the broken stores are made of: were one of these refused, a catch would prove nothing. */
const RIGHT: readonly (readonly [name: string, open: () => UserStore])[] = [
  ["the memory store", () => new MemoryUserStore()],
  ["a store with no mistake in it", () => mistaken(() => ({}))],
  ["a single connection with all the care it takes", () => singleConnection()],
  ["a prototype that says it has no transactions", prototype],
  ["a store without the optional methods", () => withoutOptionalMethods(new MemoryUserStore())],
];

for (const [name, open] of RIGHT) {
  test(`userStoreCases() pass ${name}`, async () => {
    assert.deepEqual(await failures(userStoreCases(open, { records })), []);
  });
}

for (const { name, caughtBy, open } of BROKEN) {
  test(`userStoreCases() catch: ${name}`, async () => {
    const meant = userStoreCases(open, { records }).find((each) => each.name === caughtBy);
    assert(meant, `there is no case "${caughtBy}"`);
    await assert.rejects(meant.run(), isFinding);
  });
}

test("broken stores have names of their own", () => {
  assert.equal(new Set(BROKEN.map(({ name }) => name)).size, BROKEN.length);
});

/** All of these are made of memory stores, whose records can be read. */
function records(store: UserStore): Promise<readonly StoreRecord[]> {
  return Reflect.apply(Reflect.get(store, "records"), store, []);
}

/** What the case asserted, or what the store rejected with right through it; no slip in the broken store itself. */
function isFinding(error: unknown): boolean {
  return error instanceof Error && !(error instanceof TypeError) && !(error instanceof ReferenceError);
}

function prototype(): UserStore {
  return mistaken((store) => ({ transactions: "none", transaction: (work) => work(store) }));
}
