/** What travels to and from a column; a dialect turns instants and booleans into these. */
export type SqlValue = string | number | boolean | null;

/** What SQLite takes; its dialect writes booleans as numbers. */
export type SqliteValue = Exclude<SqlValue, boolean>;

/** The engines whose dialects there are. */
export type EngineName = "sqlite" | "postgresql" | "mysql";

/** One row, in the order of the selected columns. */
export type SqlRow = readonly SqlValue[];

/** A statement, or a part of one, and the values of its placeholders in their order. */
export interface SqlFragment {
  /** Placeholders are `?`. */
  readonly sql: string;
  /** One for each placeholder. */
  readonly values: readonly SqlValue[];
}

/** A row that replaces the one with the same key. */
export interface Upsert {
  /** `INSERT INTO … VALUES …` */
  readonly insert: string;
  /** The column of the unique key. */
  readonly key: string;
  /** The columns that are replaced. */
  readonly columns: readonly string[];
}

/** A row that is to be inserted only while a condition holds for an account. */
export interface GuardedInsert {
  /** Where the row goes. */
  readonly table: string;
  /** Columns and values; those that hold an instant end in `_at`. */
  readonly row: Readonly<Record<string, SqlValue>>;
  /** A condition on `userharbor_users`. */
  readonly guard: SqlFragment;
}

/** A write of the first rows of a table for which a condition holds. */
export interface WriteOfFirst {
  /** `DELETE FROM …` or `UPDATE … SET …`, without placeholders. */
  readonly write: string;
  /** The table that is written. */
  readonly table: string;
  /** The column of its primary key. */
  readonly key: string;
  /** The condition. */
  readonly where: SqlFragment;
  /** The column that they are the first by. */
  readonly orderBy: string;
  /** At most so many rows. */
  readonly limit: number;
}

/** Keeps two migrations of one database apart. */
export interface MigrationLock {
  /** A `SELECT` that waits for the lock, and answers 1 once it has it. */
  readonly acquire: string;
  /** A `SELECT` that gives it back; null where the end of the transaction does. */
  readonly release: string | null;
}

/** How one engine writes what SQL engines write differently. */
export interface SqlDialect {
  /** The engine. */
  readonly name: EngineName;
  /**
   * The schema's history, oldest first: each a list of statements that end in `;` at the end of a line. The
   * version of a database is how many of them it has seen, so none is ever edited or moved once published.
   */
  readonly migrations: readonly string[];
  /** Null where a transaction that writes keeps out every other. */
  readonly migrationLock: MigrationLock | null;
  /** An instant as the engine takes it; what it stores sorts by time. */
  encodeInstant(instant: Date): SqlValue;
  /** Reads a column selected by {@link SqlDialect.selectInstant}; throws for anything else, so that no token looks alive. */
  decodeInstant(value: SqlValue): Date;
  /** Selects a column as text, because clients turn instants into dates by rules, and time zones, of their own. */
  selectInstant(column: string): string;
  /** A boolean as the engine stores it. */
  encodeBoolean(value: boolean): SqlValue;
  /** Reads a column that {@link SqlDialect.encodeBoolean} wrote. */
  decodeBoolean(value: SqlValue): boolean;
  /** Makes an insert leave a row with a taken key alone; where the engine cannot, {@link SqlDriver.isDuplicate} tells. */
  insertIfAbsent(insert: string): string;
  /** Makes an insert replace the row with the same key. */
  upsert(upsert: Upsert): string;
  /**
   * One statement that inserts only while the guard holds, in one conflict scope with whatever changes the account;
   * null where that takes two, in a transaction.
   */
  readonly insertUnderGuard: ((insert: GuardedInsert) => SqlFragment) | null;
  /** What ends a `SELECT` that must see the newest committed row, inside a transaction that has read before. */
  readonly newestRow: string;
  /** What ends a `SELECT` whose rows nobody may delete or change until the transaction ends. */
  readonly sharedLock: string;
  /** Writes the first of the rows for which a condition holds while they are written, at most so many. */
  writeFirst(write: WriteOfFirst): SqlFragment;
  /** What ends the `SELECT` that a purge chooses its rows by, so that two purges do not wait for each other. */
  readonly skipLocked: string;
  /** Writes a column of text so that it compares and sorts by code point, by an index of such a collation. */
  byCodePoint(column: string): string;
  /** Selects the name of each table and each index of the schema. */
  readonly schemaNames: string;
  /** Selects the engine's own time, as {@link SqlDialect.decodeInstant} reads it. */
  readonly ownTime: string;
}

/** Runs one statement at a time; placeholders are `?`. */
export interface SqlConnection {
  /** What the engine behind this connection speaks. */
  readonly dialect: SqlDialect;
  /** The rows of a `SELECT`. */
  query<Row extends SqlRow>(sql: string, values: readonly SqlValue[]): Promise<readonly Row[]>;
  /** How many rows any other statement changed; of an `UPDATE`, how many it found. */
  execute(sql: string, values: readonly SqlValue[]): Promise<number>;
  /** Whether the error says that a unique key is taken. */
  isDuplicate(error: unknown): boolean;
  /**
   * Whether the error says that what a statement makes is there already, or what it drops is gone; false where a
   * transaction takes a broken off migration back.
   */
  isSchemaThere(error: unknown): boolean;
}

/**
 * One database client, as thin as it can be: statements, transactions and what an error means.
 *
 * A driver does not own the database it was handed; whoever opened it closes it.
 */
export interface SqlDriver extends SqlConnection {
  /**
   * One attempt: begins, hands `work` the transaction's connection, commits when it resolves and rolls back when
   * it rejects. Calls on the driver itself never see or join the open transaction.
   */
  transaction<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T>;
  /** Whether the engine undid the statement or transaction for the sake of another one, so that it may run again. */
  isRolledBack(error: unknown): boolean;
  /** Whether the error says that a table or column of the schema is not there. */
  isSchemaMissing(error: unknown): boolean;
}
