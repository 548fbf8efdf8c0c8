import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { UserHarbor, type UserHarborOptions, type UserStore } from "../mod.ts";
import { type Flow, FLOWS } from "./_flows.ts";
import { openHarbor } from "./_harness.ts";
import { replay } from "./_intercept_store.ts";

/** An empty store, and every statement that its database was asked so far, `BEGIN` and `COMMIT` among them. */
export interface RecordingStore {
  readonly store: UserStore;
  readonly statements: () => readonly string[];
}

/** What an operation asks of a database: each is a round trip. */
export interface RoundTrips {
  /** Until it answers. */
  readonly answered: readonly string[];
  /** After that. */
  readonly later: readonly string[];
}

/** Late enough for a check of a session to move its expiry on. */
const REFRESH_IS_DUE_SECONDS = 24 * 86_400;

const REFRESH: Flow = {
  again: "done",
  async prepare(life) {
    const { sessionToken } = await life.loggedIn("ada");
    life.advance(REFRESH_IS_DUE_SECONDS);
    return (harbor) => harbor.verifySession(sessionToken);
  },
};

function flow(name: keyof typeof FLOWS, options: Partial<UserHarborOptions> = {}): Flow {
  const { [name]: found = assert.fail(`there is no ${name}`) } = FLOWS;
  return { ...found, options: { ...found.options, ...options } };
}

/** The operations whose cost the README tells, in its words. */
export const TOLD: Readonly<Record<string, Flow>> = {
  "`verifySession`, `getCurrentUser`": flow("getCurrentUser"),
  "the same, once a month or so, when the expiry moves on": REFRESH,
  "`requireRole`, `requirePermission`, `hasRole`, `hasPermission`": flow("requireRole"),
  "`login`": flow("login"),
  "`login` with `auditTrail`": flow("login", { auditTrail: true }),
  "`logout`": flow("logout"),
  "`logoutAll`": flow("logoutAll"),
  "`register`": flow("register"),
  "`register` with an address that somebody owns": flow("register of an owned address"),
  "`verifyEmail`": flow("verifyEmail"),
  "`sendPasswordReset`": flow("sendPasswordReset"),
  "`resetPassword`": flow("resetPassword"),
  "`changePassword`": flow("changePassword"),
  "`changeEmail`": flow("changeEmail"),
  "`confirmEmailChange`": flow("confirmEmailChange"),
  "`changeUsername`": flow("changeUsername"),
  "`deleteAccount`": flow("deleteAccount"),
};

/** Runs a flow once, in its situation, and answers what it asked. */
export async function roundTripsOf(
  { prepare, options }: Flow,
  open: () => Promise<RecordingStore>,
): Promise<RoundTrips> {
  const life = openHarbor();
  await life.harbor.roles.create("admin");
  const operation = await prepare(life);
  const { store, statements } = await open();
  await replay(life.calls, store);
  const { emailSender, passwordHasher, clock } = life;
  const harbor = new UserHarbor({ store, emailSender, passwordHasher, clock: clock.now, ...options });
  const begin = statements().length;
  await operation(harbor);
  const end = statements().length;
  await harbor.settled();
  return { answered: statements().slice(begin, end), later: statements().slice(end) };
}

/** What the README tells of an engine, by operation. */
export function toldRoundTrips(engine: string): Readonly<Record<string, string>> {
  const readme = readFileSync(new URL("../adapters/sql/README.md", import.meta.url), "utf8");
  const lines = readme.split("\n").filter((line) => line.startsWith("|")).map(cells);
  const head = lines.findIndex(([first]) => first === "round trips of");
  const column = lines[head]?.indexOf(engine) ?? -1;
  assert.ok(column > 0, `the README tells nothing of ${engine}`);
  const rows = lines.slice(head + 2).filter(([operation = ""]) => operation in TOLD);
  return Object.fromEntries(rows.map((row) => [row[0], row[column] ?? ""]));
}

/** What the README has to tell of an engine, by operation. */
export async function measuredRoundTrips(
  open: () => Promise<RecordingStore>,
): Promise<Readonly<Record<string, string>>> {
  const measured: Record<string, string> = {};
  for (const [operation, flow] of Object.entries(TOLD)) {
    const { answered, later } = await roundTripsOf(flow, open);
    measured[operation] = later.length === 0 ? `${answered.length}` : `${answered.length} + ${later.length}`;
  }
  return measured;
}

/** Asserts what holds on every engine, whatever the README tells. */
export async function assertFrugal(open: () => Promise<RecordingStore>): Promise<void> {
  const check = await roundTripsOf(flow("verifySession"), open);
  assert.deepEqual(check.answered.map(firstWord), ["SELECT"]);
  assert.deepEqual(check.later, []);
  const reset = await roundTripsOf(flow("resetPassword"), open);
  const words = reset.answered.map(firstWord);
  assert.equal(words.filter((word) => word === "BEGIN").length, 1);
  assert.equal(words.at(-1), "COMMIT");
  // Before it begins, nothing is written.
  assert.deepEqual(new Set(words.slice(0, words.indexOf("BEGIN"))), new Set(["SELECT"]));
}

function firstWord(statement: string): string {
  return statement.split(" ")[0] ?? "";
}

function cells(line: string): readonly string[] {
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}
