import type { SqlFragment, SqlRow, SqlValue } from "../sql_driver.ts";
import type { TableShape } from "./_table_shapes.ts";

/** What a transaction has made of one table so far, on top of what is committed. */
export class OverlayTable {
  readonly shape: TableShape;
  /** Keys of committed rows that are gone, or have another version among the rows. */
  readonly #hidden: Map<string, SqlRow> = new Map();
  /** By column, the values whose committed rows went with a row that they refer to. */
  readonly #orphaned: Map<string, Set<SqlValue>> = new Map();
  /** Rows of the transaction by their keys. */
  readonly #rows: Map<string, SqlRow> = new Map();

  constructor(shape: TableShape) {
    this.shape = shape;
  }

  /** Makes a row the one of its key. */
  put(row: SqlRow): void {
    this.remove(row);
    this.#rows.set(JSON.stringify(this.#keyOf(row)), row);
  }

  /** Removes the row with the key of this one. */
  remove(row: SqlRow): void {
    const key = this.#keyOf(row);
    const name = JSON.stringify(key);
    this.#hidden.set(name, key);
    this.#rows.delete(name);
  }

  /** Removes the rows that have a value in a column. */
  removeReferring(column: string, value: SqlValue): void {
    const orphaned = this.#orphaned.get(column) ?? new Set();
    this.#orphaned.set(column, orphaned.add(value));
    for (const [name, row] of this.#rows) {
      if (this.valueIn(row, column) === value) this.#rows.delete(name);
    }
  }

  /** What a row has in a column. */
  valueIn(row: SqlRow, column: string): SqlValue {
    return row[this.shape.columns.indexOf(column)] ?? null;
  }

  /**
   * The table as the transaction sees it, as a common table expression of its name; null while it is as committed.
   *
   * Both halves compare alike in every column, or SQLite would read the whole table before it looked for a row.
   */
  asExpression(): SqlFragment | null {
    if (this.#hidden.size === 0 && this.#orphaned.size === 0) return null;
    const { name, columns, textColumns, key } = this.shape;
    const conditions = [
      `(${key.join(", ")}) NOT IN (SELECT ${
        key.map((_, index) => field(index)).join(", ")
      } FROM json_each(?))`,
      ...[...this.#orphaned.keys()].map((column) => `${column} NOT IN (SELECT value FROM json_each(?))`),
    ];
    const lists = [[...this.#hidden.values()], ...[...this.#orphaned.values()].map((values) => [...values])];
    const committed = columns.map((column) =>
      textColumns.has(column) ? column : `iif(TRUE, ${column}, NULL)`
    );
    const own = columns.map((column, index) =>
      textColumns.has(column) ? `CAST(${field(index)} AS TEXT)` : field(index)
    );
    return {
      sql:
        `${name} (${columns.join(", ")}) AS NOT MATERIALIZED (SELECT ${
          committed.join(", ")
        } FROM main.${name} ` +
        `WHERE ${conditions.join(" AND ")} UNION ALL SELECT ${own.join(", ")} FROM json_each(?))`,
      values: [...lists, [...this.#rows.values()]].map((list) => JSON.stringify(list)),
    };
  }

  #keyOf(row: SqlRow): SqlRow {
    return this.shape.key.map((column) => this.valueIn(row, column));
  }
}

/** A place of each list in a list. */
function field(index: number): string {
  return `json_extract(value, '$[${index}]')`;
}
