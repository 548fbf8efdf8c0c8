import { Overtaken } from "../_retry.ts";
import { sqliteDialect } from "../dialects/sqlite.ts";
import type { SqlConnection, SqlDialect, SqlFragment, SqlRow, SqlValue } from "../sql_driver.ts";
import { OverlayTable } from "./_overlay_table.ts";
import {
  type ParsedDelete,
  type ParsedInsert,
  type ParsedUpdate,
  type ParsedWrite,
  parseWrite,
  type Replacement,
} from "./_parsed_write.ts";
import { sqliteErrors } from "./_sqlite_errors.ts";
import type { TableShape } from "./_table_shapes.ts";

/** What such a transaction needs of a client. */
export interface OverlaidDatabase {
  /** The rows of a `SELECT`, of what is committed. */
  query(statement: SqlFragment): Promise<readonly SqlRow[]>;
  /** Runs a statement by itself. */
  execute(statement: SqlFragment): Promise<unknown>;
  /** A table as it is; rejects where it is missing, or one of the columns is. */
  shapeOf(table: string, columns: readonly string[]): Promise<TableShape>;
}

/** A statement that the commit is to run. */
export interface BufferedWrite extends SqlFragment {
  /** How many rows it must change, as the work was told; null: nobody was. */
  readonly count: number | null;
}

/**
 * A transaction for a client that commits a list of statements at once and has no other: writes are kept until then.
 *
 * What a write would change is read, and what is read is read through the writes so far, so that the work sees them.
 * Nobody else does. The commit has to make sure that each write changes as many rows as the work was told, and to
 * change nothing otherwise.
 */
export class OverlayTransaction implements SqlConnection {
  readonly dialect: SqlDialect = sqliteDialect;
  readonly isDuplicate: SqlConnection["isDuplicate"] = sqliteErrors.isDuplicate;
  readonly isSchemaThere: SqlConnection["isSchemaThere"] = sqliteErrors.isSchemaThere;
  /** What the commit is to run, in this order. */
  readonly writes: BufferedWrite[] = [];
  readonly #database: OverlaidDatabase;
  readonly #tables: Map<string, OverlayTable> = new Map();
  /** Tables are made or changed, so that nobody can say what a statement would find in them. */
  #changesSchema = false;
  /** Statements go one after the other, also those that the work does not await. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: OverlaidDatabase) {
    this.#database = database;
  }

  query<Row extends SqlRow>(sql: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#inTurn(async () => {
      if (this.#changesSchema) {
        throw new Error("Cannot read: the transaction changes tables, and is not committed");
      }
      return await this.#read({ sql, values }) as readonly Row[];
    });
  }

  execute(sql: string, values: readonly SqlValue[]): Promise<number> {
    return this.#inTurn(() => this.#write({ sql, values }));
  }

  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#last.then(call);
    this.#last = result.catch(() => {});
    return result;
  }

  async #write(statement: SqlFragment): Promise<number> {
    const parsed = this.#changesSchema ? null : parseWrite(statement);
    if (parsed !== null) {
      const count = await this.#foresee(parsed);
      this.writes.push({ ...statement, count });
      return count;
    }
    if (this.writes.length === 0 && /^\s*CREATE TABLE IF NOT EXISTS /.test(statement.sql)) {
      // It does no harm where it is not followed by the rest, and the rest may read the table.
      await this.#database.execute(statement);
      return 0;
    }
    this.#changesSchema = true;
    this.writes.push({ ...statement, count: null });
    return 0;
  }

  async #foresee(write: ParsedWrite): Promise<number> {
    if (write.kind === "update") return await this.#update(write);
    if (write.kind === "delete") return await this.#delete(write);
    return await this.#insert(write);
  }

  async #update({ table, set, where }: ParsedUpdate): Promise<number> {
    const written = await this.#table(table, [...set.keys()]);
    const { columns } = written.shape;
    const next = columns.map((column) => set.get(column) ?? { sql: column, values: [] });
    const rows = await this.#read({
      sql: `SELECT ${columns.join(", ")}, ${
        next.map(({ sql }) => sql).join(", ")
      } FROM ${table} WHERE ${where.sql}`,
      values: [...next.flatMap(({ values }) => values), ...where.values],
    });
    for (const row of rows) written.remove(row.slice(0, columns.length));
    for (const row of rows) written.put(row.slice(columns.length));
    return rows.length;
  }

  async #delete({ table, where }: ParsedDelete): Promise<number> {
    const written = await this.#table(table, []);
    const { columns, referring } = written.shape;
    const rows = await this.#read({
      sql: `SELECT ${columns.join(", ")} FROM ${table} WHERE ${where.sql}`,
      values: where.values,
    });
    for (const row of rows) written.remove(row);
    for (const { table: other, column, to } of rows.length === 0 ? [] : referring) {
      const referringTable = await this.#table(other, [column]);
      for (const row of rows) referringTable.removeReferring(column, written.valueIn(row, to));
    }
    return rows.length;
  }

  async #insert({ table, columns, source, onConflict }: ParsedInsert): Promise<number> {
    const written = await this.#table(table, columns);
    const { shape } = written;
    const next = shape.columns.map((column) =>
      columns.includes(column) ? `incoming.${column}` : `(${shape.defaults.get(column)})`
    );
    const taken = shape.uniques.filter((unique) => unique.every((column) => columns.includes(column))).map((
      unique,
    ) =>
      `EXISTS (SELECT 1 FROM ${table} t WHERE ${
        unique.map((column) => `t.${column} = incoming.${column}`).join(" AND ")
      })`
    );
    const rows = await this.#read({
      sql: `SELECT ${[...next, taken.join(" + ")].join(", ")} FROM incoming`,
      values: [],
    }, {
      sql: `incoming (${columns.join(", ")}) AS (${source.sql})`,
      values: source.values,
    });
    let count = 0;
    for (const row of rows) {
      const isTaken = row[shape.columns.length] !== 0;
      if (isTaken && onConflict === "leave") continue;
      if (isTaken && onConflict === "fail") throw await this.#duplicate(table);
      const isReplaced = isTaken && typeof onConflict === "object";
      if (isReplaced) await this.#replace(written, { row, ...onConflict });
      else written.put(row.slice(0, shape.columns.length));
      count++;
    }
    return count;
  }

  /**
   * What the engine would say. Reads are of different instants, though: when an earlier write would no longer do as it
   * was told, others may have written the whole of it meanwhile, and the work begins anew.
   */
  async #duplicate(table: string): Promise<Error> {
    const again = new OverlayTransaction(this.#database);
    for (const { sql, values, count } of this.writes) {
      if (await again.execute(sql, values) === count) continue;
      return new Overtaken("Cannot write the row: others write the same at this moment");
    }
    return new Error(`UNIQUE constraint failed: ${table}`);
  }

  async #replace(
    written: OverlayTable,
    { row, key, columns }: Replacement & { readonly row: SqlRow },
  ): Promise<void> {
    const { shape } = written;
    const [earlier] = await this.#read({
      sql: `SELECT ${shape.columns.join(", ")} FROM ${shape.name} WHERE ${key} = ?`,
      values: [written.valueIn(row, key)],
    });
    if (earlier === undefined) return written.put(row.slice(0, shape.columns.length));
    written.remove(earlier);
    written.put(
      shape.columns.map((column) => written.valueIn(columns.includes(column) ? row : earlier, column)),
    );
  }

  async #table(name: string, columns: readonly string[]): Promise<OverlayTable> {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const table = new OverlayTable(await this.#database.shapeOf(name, columns));
    this.#tables.set(name, table);
    return table;
  }

  /** Reads what is committed, with the writes so far in the place of the tables that they change. */
  async #read({ sql, values }: SqlFragment, incoming?: SqlFragment): Promise<readonly SqlRow[]> {
    const text = `${incoming?.sql} ${sql}`;
    const changed = [...this.#tables.values()].filter(({ shape }) =>
      new RegExp(`\\b${shape.name}\\b`).test(text)
    );
    const expressions = [...changed.map((table) => table.asExpression()), incoming ?? null].filter((each) =>
      each !== null
    );
    if (expressions.length === 0) return await this.#database.query({ sql, values });
    return await this.#database.query({
      sql: `WITH ${expressions.map((each) => each.sql).join(", ")} ${sql}`,
      values: [...expressions.flatMap((each) => each.values), ...values],
    });
  }
}
