import type { DatabaseLocation, OpenDatabase } from "./database.ts";
import { openSqliteFile } from "./open_sqlite_file.ts";

/** One kind of database. */
export interface DatabaseKind {
  /** What goes before the first colon of its URLs; empty for a path. */
  readonly schemes: readonly string[];
  /** How its locations look, for somebody who gave another one. */
  readonly example: string;
  /** Opens one. Rejects with a CommandError that names the remedy, and shows no password. */
  readonly open: (database: DatabaseLocation) => Promise<OpenDatabase>;
}

/** Every kind there is; another one is another entry. */
export const DATABASE_KINDS: readonly DatabaseKind[] = [
  { schemes: [""], example: "the path of a SQLite file", open: openSqliteFile },
];
