import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_OPERATIONS } from "../_all_operations.ts";
import { SITUATIONS } from "../_situations.ts";
import { readProjectFile } from "./_markdown.ts";

/** What logs, alarms and trails of applications know. It is added to, and nothing in it is ever renamed. */
const FROZEN = {
  OperationName: ALL_OPERATIONS,
  BackgroundWorkName: [
    "audit_record",
    "mail.account_deleted",
    "mail.address_in_use",
    "mail.email_change",
    "mail.email_changed",
    "mail.email_verified",
    "mail.invitation",
    "mail.password_changed",
    "mail.password_reset",
    "mail.username_changed",
    "mail.verification",
    "outbox",
    "rehash",
    "session_refresh",
    "throttle",
  ],
  HiddenReason: [
    "account_disabled",
    "account_lapsed",
    "address_in_use",
    "address_unverified",
    "already_verified",
    "attempts_exhausted",
    "ended_meanwhile",
    "expired_token",
    "malformed_credentials",
    "malformed_token",
    "no_change",
    "password_change_required",
    "password_changed_meanwhile",
    "unknown_token",
    "unknown_user",
    "used_token",
    "wrong_password",
  ],
  ErrorCode: [
    "email_taken",
    "invalid_credentials",
    "invalid_email",
    "invalid_email_change_token",
    "invalid_password_reset_token",
    "invalid_permission",
    "invalid_role",
    "invalid_session_token",
    "invalid_username",
    "invalid_verification_token",
    "overloaded",
    "password_change_required",
    "permission_already_exists",
    "permission_denied",
    "rate_limited",
    "reauthentication_required",
    "role_already_exists",
    "unknown_permission",
    "unknown_role",
    "unknown_session",
    "unknown_user",
    "unverified_user",
    "username_taken",
    "weak_password",
  ],
  outcome: ["failed", "refused", "succeeded"],
} as const;

const SOURCE = `${readProjectFile("events.ts")}\n${readProjectFile("errors.ts")}`;

const PAGE = readProjectFile("docs/operations.md");
const [, CHAPTER = ""] = PAGE.split("\n## Events and the audit trail\n");

for (const [declaration, names] of Object.entries(FROZEN)) {
  test(`${declaration} is what it was: the vocabulary of events is frozen (R116)`, () => {
    assert.deepEqual(declared(declaration), names);
  });
}

test("operations.md explains every reason and all background work, and has every operation (R116)", () => {
  assert.deepEqual(firstCells("| reason "), FROZEN.HiddenReason);
  assert.deepEqual(firstCells("| name "), FROZEN.BackgroundWorkName);
  assert.deepEqual(firstCells("| operation "), FROZEN.OperationName);
  const body = /^export interface HarborEvent \{\n(.*?)^\}/ms.exec(SOURCE)?.[1] ?? "";
  const fields = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = ""]) => name).toSorted();
  assert.deepEqual(firstCells("| field "), fields);
});

test("operations.md says which operations the audit trail has, as the code does (R118)", () => {
  const binders = ["harbor.ts", "role_catalog.ts", "session_overview.ts", "user_administration.ts"];
  const source = binders.map(readProjectFile).join("\n");
  const reads = [...source.matchAll(/\bread\(\s*"([\w.]+)"/g)].map(([, name = ""]) => name);
  assert.ok(reads.length > 10);
  assert.deepEqual(firstCells("| operation ", /when refused/), reads.toSorted());
  assert.deepEqual(firstCells("| operation ", /unless/), ["purge_expired"]);
  const others = ALL_OPERATIONS.filter((name) => !reads.includes(name) && name !== "purge_expired");
  assert.deepEqual(firstCells("| operation ", /always/), others);
});

test("every refusal that operations.md tells of, and every reason, is a situation whose event is tested (R116)", () => {
  const tested = new Set(SITUATIONS.map(({ operation, code }) => `${operation} ${code ?? "succeeded"}`));
  const documented = PAGE.split(/^### /m).slice(1).flatMap((section) => {
    const operation = snakeCase(/^\S+/.exec(section)?.[0] ?? "");
    const [, refusals = ""] = /^- \*\*Refusals, in order:\*\*([^.]*)\./m.exec(section) ?? [];
    return [...quoted(refusals), "succeeded"].map((code) => `${operation} ${code}`);
  });
  assert.ok(documented.length > 100);
  // What is too busy or was asked too often tells so in words, and hides nothing.
  const missing = documented.filter((each) => !tested.has(each) && !/ (rate_limited|overloaded)$/.test(each));
  assert.deepEqual(missing, []);
  const reasons = new Set(SITUATIONS.map(({ reason }) => reason));
  assert.deepEqual(FROZEN.HiddenReason.filter((reason) => !reasons.has(reason)), ["attempts_exhausted"]);
});

test("declared() and firstCells() find what is there", () => {
  assert.deepEqual(declared("Colour", 'export type Colour =\n  | "red"\n  | "blue";\n'), ["blue", "red"]);
  assert.deepEqual(declared("shape", '  readonly shape: "round" | "flat";'), ["flat", "round"]);
  const page = "\n| name | x |\n| - | - |\n| `b`, `c` | some |\n| `a` | all |\n\n| other |";
  assert.deepEqual(firstCells("| name ", /./, page), ["a", "b", "c"]);
  assert.deepEqual(firstCells("| name ", /all/, page), ["a"]);
});

/** The members of a union of strings, sorted. */
function declared(name: string, source: string = SOURCE): string[] {
  const union = `(?:\\s*\\|?\\s*"[\\w.]+")+;`;
  const [found = ""] = new RegExp(`(?:export type ${name} =|readonly ${name}:)${union}`).exec(source) ?? [];
  return [...found.matchAll(/"([\w.]+)"/g)].map(([, member = ""]) => member).toSorted();
}

/** What the first cells of a table name, sorted; of the rows alone whose second cell matches. */
function firstCells(head: string, second: RegExp = /./, page: string = CHAPTER): string[] {
  const [, table = ""] = page.split(`\n${head}`);
  const rows = (table.split("\n\n", 1)[0] ?? "").split("\n").slice(2);
  return rows.map((row) => row.split("|")).filter((cells) => second.test(cells[2] ?? ""))
    .flatMap((cells) => quoted(cells[1] ?? "")).toSorted();
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([\w.]+)`/g)].map(([, word = ""]) => word);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
