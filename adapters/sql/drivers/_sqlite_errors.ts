import { findInCauses } from "./_error_code.ts";
import type { EngineErrors } from "./_engine_errors.ts";

// Primary result codes, https://www.sqlite.org/rescode.html; an extended code carries one in its low byte.
const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

// Extended ones.
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_UNIQUE = 2067;

/** By the names that clients spell out instead of the number. */
const NAMED: Readonly<Record<string, number>> = {
  SQLITE_ERROR,
  SQLITE_BUSY,
  SQLITE_LOCKED,
  SQLITE_CONSTRAINT_PRIMARYKEY,
  SQLITE_CONSTRAINT_UNIQUE,
};

/** As SQLite words it, whichever client passes it on. */
const MISSING = /no such table: (?:main\.)?userharbor_|no such column: |table userharbor_\w+ has no column /;
const TAKEN = /UNIQUE constraint failed: /;

/** What an error of SQLite means, whichever client reports it. */
export const sqliteErrors: EngineErrors = {
  isDuplicate: (error) => {
    const code = resultCode(error);
    if (code === SQLITE_CONSTRAINT_PRIMARYKEY || code === SQLITE_CONSTRAINT_UNIQUE) return true;
    return says(error, TAKEN);
  },
  isSchemaThere: () => false,
  isRolledBack: (error) => [SQLITE_BUSY, SQLITE_LOCKED].includes(resultCode(error) & 0xff),
  isSchemaMissing: (error) => [0, SQLITE_ERROR].includes(resultCode(error) & 0xff) && says(error, MISSING),
};

/** The extended result code where the client has it, else the primary one; 0 for none. */
function resultCode(error: unknown): number {
  return findInCauses(error, ({ errcode, extendedCode, rawCode, code }) => {
    for (const candidate of [errcode, extendedCode, rawCode, code]) {
      if (typeof candidate === "number") return candidate;
      const number = typeof candidate === "string" ? numberOf(candidate) : undefined;
      if (number !== undefined) return number;
    }
    return undefined;
  }) ?? 0;
}

/** Also of names with more after them, such as `SQLITE_BUSY_SNAPSHOT`. */
function numberOf(name: string): number | undefined {
  return NAMED[name] ?? NAMED[name.split("_").slice(0, 2).join("_")];
}

function says(error: unknown, pattern: RegExp): boolean {
  return findInCauses(
    error,
    ({ message }) => typeof message === "string" && pattern.test(message) ? true : undefined,
  ) ?? false;
}
