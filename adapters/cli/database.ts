import type { SqlDriver } from "@userharbor/sql";

/** A database that this process has open. */
export interface OpenDatabase {
  /** What the store is made of. */
  readonly driver: SqlDriver;
  /** Lets it go. */
  readonly close: () => void | Promise<void>;
}

/** Where a database is, and whether it may be made. */
export interface DatabaseLocation {
  /** As it was given: a path, or a URL that may hold a password. */
  readonly location: string;
  /** Whether it is made if there is none. */
  readonly mayCreate: boolean;
}

/** One kind of database. */
export interface DatabaseKind {
  /** What goes before `://` in its URLs, in lower case; empty for a path. */
  readonly schemes: readonly string[];
  /** How its locations look, for somebody who gave another one. */
  readonly example: string;
  /** Opens one. What it rejects with is told, so it must not show the password of a URL. */
  readonly open: (database: DatabaseLocation) => Promise<OpenDatabase>;
}
