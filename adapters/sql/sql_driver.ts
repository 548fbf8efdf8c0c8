/** What travels to and from a column; a dialect turns instants and booleans into these. */
export type SqlValue = string | number | null;

/** One row, in the order of the selected columns. */
export type SqlRow = readonly SqlValue[];

/** How one engine writes what SQL engines write differently. */
export interface SqlDialect {
  /**
   * The schema's history, oldest first: each a list of statements that end in `;` at the end of a line. The
   * version of a database is how many of them it has seen, so none is ever edited or moved once published.
   */
  readonly migrations: readonly string[];
  /** An instant as the engine stores it; what it stores sorts by time. */
  encodeInstant(instant: Date): SqlValue;
  /** Reads what {@link SqlDialect.encodeInstant} wrote; throws for anything else, so that no token looks alive. */
  decodeInstant(value: SqlValue): Date;
  /** A boolean as the engine stores it. */
  encodeBoolean(value: boolean): SqlValue;
  /** Reads what {@link SqlDialect.encodeBoolean} wrote. */
  decodeBoolean(value: SqlValue): boolean;
}

/** Runs one statement at a time; placeholders are `?`. */
export interface SqlConnection {
  /** What the engine behind this connection speaks. */
  readonly dialect: SqlDialect;
  /** The rows of a `SELECT`. */
  query<Row extends SqlRow>(sql: string, values: readonly SqlValue[]): Promise<readonly Row[]>;
  /** How many rows any other statement changed. */
  execute(sql: string, values: readonly SqlValue[]): Promise<number>;
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
