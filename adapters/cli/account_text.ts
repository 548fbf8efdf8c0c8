import type { User } from "@userharbor/core";
import { printable } from "./printable.ts";

/** An account for programs: every field is there, whatever the store leaves out. */
export interface AccountJson {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly verified: boolean;
  readonly disabled: boolean;
  readonly mustChangePassword: boolean;
  /** ISO 8601, UTC; null where the store does not know. */
  readonly createdAt: string | null;
}

/** What is shown of an account to programs. */
export function accountJson(user: User): AccountJson {
  const { id, username, email, verified, disabled = false, mustChangePassword = false, createdAt } = user;
  return {
    id,
    username,
    email,
    verified,
    disabled,
    mustChangePassword,
    createdAt: createdAt?.toISOString() ?? null,
  };
}

/** What is shown of accounts to people: one line each, below a line of headings. */
export function accountTable(users: readonly User[]): string {
  const rows = users.map((user) => [user.username, user.email, stateOf(user), dayOf(user)].map(printable));
  const lines = [["USERNAME", "EMAIL", "STATE", "CREATED"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => `${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}\n`)
    .join("");
}

function stateOf({ verified, disabled, mustChangePassword }: User): string {
  const states = [
    ...(disabled ? ["disabled"] : []),
    ...(verified ? [] : ["unverified"]),
    ...(mustChangePassword ? ["must change password"] : []),
  ];
  return states.length === 0 ? "active" : states.join(", ");
}

function dayOf({ createdAt }: User): string {
  return createdAt?.toISOString().slice(0, 10) ?? "-";
}
