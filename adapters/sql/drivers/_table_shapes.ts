import type { SqlRow, SqlValue } from "../sql_driver.ts";

/** A table as its database describes it. */
export interface TableShape {
  readonly name: string;
  /** In the order of the table. */
  readonly columns: readonly string[];
  /** Columns that compare as text. */
  readonly textColumns: ReadonlySet<string>;
  /** What a column holds that an insert leaves out, as SQL. */
  readonly defaults: ReadonlyMap<string, string>;
  /** The columns of the primary key. */
  readonly key: readonly string[];
  /** The columns of each unique key, the primary one among them. */
  readonly uniques: readonly (readonly string[])[];
  /** Columns of other tables whose rows go with a row of this one. */
  readonly referring: readonly { readonly table: string; readonly column: string; readonly to: string }[];
}

/** The tables of a database by their names. */
export type TableShapes = ReadonlyMap<string, TableShape>;

type ShapeRow = readonly [
  kind: "column" | "unique" | "reference",
  table: string,
  column: string,
  /** Of a column its type, of a unique key its name, of a reference the table and column that have it. */
  detail: string,
  place: number,
  fallback: SqlValue,
];

const SELECT_SHAPES = `
SELECT 'column', m.name, c.name, c.type, c.pk, c.dflt_value
  FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name LIKE 'userharbor%'
UNION ALL SELECT 'unique', m.name, c.name, i.name, c.seqno, NULL
  FROM sqlite_schema m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c
  WHERE m.type = 'table' AND m.name LIKE 'userharbor%' AND i."unique" AND NOT i.partial
UNION ALL SELECT 'reference', f."table", f."from", m.name || ' ' || f."to", 0, NULL
  FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
  WHERE m.type = 'table' AND m.name LIKE 'userharbor%' AND f.on_delete = 'CASCADE'`;

/** Types of text: https://www.sqlite.org/datatype3.html, 3.1 */
const TEXT = /^(?!.*INT).*(?:CHAR|CLOB|TEXT)/i;

/**
 * Reads what the tables look like, from SQLite's own catalogue.
 *
 * @param query runs a `SELECT`
 * @returns the tables of UserHarbor, with whatever else they may have
 */
export async function readTableShapes(
  query: (sql: string) => Promise<readonly SqlRow[]>,
): Promise<TableShapes> {
  const rows = await query(SELECT_SHAPES) as readonly ShapeRow[];
  const names = new Set(rows.filter(([kind]) => kind === "column").map(([, table]) => table));
  return new Map([...names].map((name) => [name, shapeOf(name, rows.filter(([, table]) => table === name))]));
}

function shapeOf(name: string, rows: readonly ShapeRow[]): TableShape {
  const columns = rows.filter(([kind]) => kind === "column");
  const inKey = columns.filter(([, , , , place]) => place > 0);
  const key = inKey.toSorted((one, other) => one[4] - other[4]).map(([, , column]) => column);
  const unique = rows.filter(([kind]) => kind === "unique");
  const indexes = new Set(unique.map(([, , , index]) => index));
  const uniques = [...indexes].map((name) =>
    unique.filter(([, , , index]) => index === name).map(([, , column]) => column)
  );
  return {
    name,
    columns: columns.map(([, , column]) => column),
    textColumns: new Set(columns.filter(([, , , type]) => TEXT.test(type)).map(([, , column]) => column)),
    defaults: new Map(columns.map(([, , column, , , fallback]) => [column, String(fallback ?? "NULL")])),
    key,
    uniques: uniques.some((columns) => columns.join() === key.join()) ? uniques : [key, ...uniques],
    referring: rows.filter(([kind]) => kind === "reference").map(([, , column, detail]) => {
      const [table = "", to = ""] = detail.split(" ");
      return { table, column, to };
    }),
  };
}
