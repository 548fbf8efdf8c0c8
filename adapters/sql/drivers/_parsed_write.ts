import type { SqlFragment, SqlValue } from "../sql_driver.ts";

/** `UPDATE … SET … WHERE …` */
export interface ParsedUpdate {
  readonly kind: "update";
  readonly table: string;
  /** What each column is set to. */
  readonly set: ReadonlyMap<string, SqlFragment>;
  readonly where: SqlFragment;
}

/** `DELETE FROM … WHERE …` */
export interface ParsedDelete {
  readonly kind: "delete";
  readonly table: string;
  readonly where: SqlFragment;
}

/** `INSERT INTO … (…) …` */
export interface ParsedInsert {
  readonly kind: "insert";
  readonly table: string;
  readonly columns: readonly string[];
  /** `VALUES (…)` or a `SELECT`. */
  readonly source: SqlFragment;
  /** What becomes of a row whose key is taken. */
  readonly onConflict: "fail" | "leave" | Replacement;
}

/** The row with the same key gets these columns of the new one. */
export interface Replacement {
  readonly key: string;
  readonly columns: readonly string[];
}

/** A statement that changes rows of one table. */
export type ParsedWrite = ParsedUpdate | ParsedDelete | ParsedInsert;

const UPDATE = /^UPDATE (?<table>\w+) SET (?<set>.+?)(?: WHERE (?<where>.+))?$/s;
const DELETE = /^DELETE FROM (?<table>\w+)(?: WHERE (?<where>.+))?$/s;
const INSERT =
  /^INSERT INTO (?<table>\w+) \((?<columns>[\w, ]+)\) (?<source>.+?)(?: ON CONFLICT (?<conflict>.+))?$/s;
const REPLACE = /^\((?<key>\w+)\) DO UPDATE SET (?<columns>.+)$/s;

/**
 * Takes a statement of this package apart.
 *
 * @param statement as the statements of this package are written
 * @returns its parts; null for what changes no rows, such as `CREATE TABLE`
 * @throws {TypeError} for a change of rows that is written otherwise
 */
export function parseWrite({ sql, values }: SqlFragment): ParsedWrite | null {
  if (!/^(?:INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i.test(sql)) return null;
  const update = UPDATE.exec(sql)?.groups;
  if (update !== undefined) return parseUpdate(update, values);
  const { table, where = "TRUE" } = DELETE.exec(sql)?.groups ?? {};
  if (table !== undefined) return { kind: "delete", table, where: { sql: where, values } };
  const insert = INSERT.exec(sql)?.groups;
  if (insert !== undefined) return parseInsert(insert, values);
  throw new TypeError(
    "Cannot run the statement in a transaction: it is not written as @userharbor/sql writes",
  );
}

type Groups = Readonly<Record<string, string | undefined>>;

function parseUpdate(
  { table = "", set = "", where = "TRUE" }: Groups,
  values: readonly SqlValue[],
): ParsedUpdate {
  const left = [...values];
  const assignments = set.split(", ").map((assignment): [string, SqlFragment] => {
    const [column = "", expression = ""] = assignment.split(" = ");
    return [column, { sql: expression, values: left.splice(0, placeholdersIn(expression)) }];
  });
  return { kind: "update", table, set: new Map(assignments), where: { sql: where, values: left } };
}

function parseInsert(
  { table = "", columns = "", source = "", conflict }: Groups,
  values: readonly SqlValue[],
): ParsedInsert {
  return {
    kind: "insert",
    table,
    columns: columns.split(", "),
    source: { sql: source, values },
    onConflict: conflict === undefined
      ? "fail"
      : conflict === "DO NOTHING"
      ? "leave"
      : parseReplacement(conflict),
  };
}

function parseReplacement(conflict: string): Replacement {
  const { key = "", columns = "" } = REPLACE.exec(conflict)?.groups ?? {};
  return { key, columns: columns.split(", ").map((column) => column.split(" = ")[0] ?? "") };
}

function placeholdersIn(sql: string): number {
  return sql.split("?").length - 1;
}
