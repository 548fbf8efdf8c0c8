import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "node:util";
import { MemoryUserStore } from "@userharbor/memory";
import type { HarborEvent, OperationName } from "../mod.ts";
import { codeOf, type Life, openHarbor } from "./_harness.ts";
import { CONTEXT, type Situation, SITUATIONS, TYPED_PASSWORD } from "./_situations.ts";

/** They change nothing, and are recorded only when they deny somebody known what was asked. */
const READS: ReadonlySet<OperationName> = new Set<OperationName>([
  "verify_session",
  "get_current_user",
  "get_roles",
  "get_permissions",
  "has_role",
  "has_permission",
  "require_role",
  "require_permission",
  "sessions.list",
  "sessions.require_fresh",
  "roles.list",
  "roles.permissions",
  "permissions.list",
  "users.get",
  "users.list",
  "diagnose",
]);

const WITHOUT_CONTEXT: ReadonlySet<OperationName> = new Set<OperationName>(["purge_expired", "diagnose"]);

for (const situation of SITUATIONS) {
  const { operation, what } = situation;
  test(`onEvent() is told once of ${operation}, meeting ${what}, and the audit trail likewise (R116, R118)`, async () => {
    const { life, store, call, users } = await bringAbout(situation);
    const outcome = await call().then(() => undefined, codeOf);
    assert.equal(outcome, situation.code);
    const event = expectedEvent(situation, { life, users });
    await life.harbor.settled();
    assert.deepEqual(life.events, [event]);

    const records = await store.records();
    const recorded = expectedRecord(situation, event);
    assert.deepEqual(records.map(({ body }) => JSON.parse(body)), recorded === null ? [] : [recorded]);
    for (const { kind, createdAt, userId } of records) {
      assert.deepEqual({ kind, createdAt, userId }, {
        kind: "event",
        createdAt: event.at,
        userId: event.userId,
      });
    }
    assert.equal(JSON.stringify([life.events, records]).includes(TYPED_PASSWORD), false);
  });
}

test("operations answer alike, whatever the reason that their event tells (R19, R116)", async () => {
  const answers = new Map<string, Set<string>>();
  for (const situation of SITUATIONS.filter(({ reason }) => reason !== undefined)) {
    const { operation, code } = situation;
    const { call } = await bringAbout(situation);
    const answer = await call().then((result) => inspect(result), (error: unknown) => {
      assert.ok(error instanceof Error);
      return inspect({ ...error, name: error.name, message: error.message, cause: error.cause });
    });
    const key = `${operation} ${code ?? "succeeded"}`;
    answers.set(key, (answers.get(key) ?? new Set()).add(answer));
  }
  assert.ok(answers.size > 25, `${answers.size} kinds of answers`);
  for (const [key, different] of answers) {
    assert.equal(different.size, 1, `${key}: ${[...different].join("\n")}`);
  }
});

interface Scene {
  readonly life: Life;
  readonly store: MemoryUserStore;
  readonly call: () => Promise<unknown>;
  /** Whoever there was before the call. */
  readonly users: ReadonlyMap<string, string>;
}

/** As it is directly before the call, and nothing told or recorded so far. */
async function bringAbout({ prepare, options }: Situation): Promise<Scene> {
  const store = new KeptRecords();
  const life = openHarbor({ ...options, store, auditTrail: true });
  const call = await prepare(life);
  await life.harbor.settled();
  const users = new Map<string, string>();
  for (const name of ["ada", "newcomer"]) {
    // Not the method of the store itself, at which something else may be about to happen.
    const user = await MemoryUserStore.prototype.getUserByUsername.call(store, name);
    if (user !== null) users.set(name, user.id);
  }
  life.events.length = 0;
  store.forget = new Set((await store.records()).map(({ id }) => id));
  return { life, store, call, users };
}

class KeptRecords extends MemoryUserStore {
  /** What is not shown any more. */
  forget: ReadonlySet<string> = new Set();

  override async records() {
    return (await super.records()).filter(({ id }) => !this.forget.has(id));
  }
}

function expectedEvent(
  { operation, code, reason, about, names = [] }: Situation,
  { life, users }: Pick<Scene, "life" | "users">,
): HarborEvent {
  const who = about?.split(" ", 1)[0] ?? "";
  const [told] = life.events;
  // Only a registration makes an account that was not there before.
  const userId = about === "ada by name" ? undefined : users.get(who) ?? told?.userId;
  return {
    name: operation,
    outcome: code === undefined ? "succeeded" : "refused",
    at: life.clock.now(),
    ...(code === undefined ? {} : { code }),
    ...(reason === undefined ? {} : { reason }),
    ...(about === undefined ? {} : { username: who }),
    ...(about === undefined || userId === undefined ? {} : { userId }),
    ...(names.includes("role") ? { role: told?.role ?? assert.fail("no role") } : {}),
    ...(names.includes("permission") ? { permission: told?.permission ?? assert.fail("no permission") } : {}),
    ...(WITHOUT_CONTEXT.has(operation) ? {} : { context: CONTEXT }),
  };
}

function expectedRecord(
  { operation, code, reason, recordedReason }: Situation,
  event: HarborEvent,
): Record<string, unknown> | null {
  const isDenial = code === "permission_denied" || code === "reauthentication_required";
  if (READS.has(operation) && !isDenial) return null;
  if (operation === "purge_expired" && reason === "no_change") return null;
  const record = recordedReason === undefined ? event : { ...event, reason: recordedReason };
  return { ...record, at: event.at.toISOString() };
}
