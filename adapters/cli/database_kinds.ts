import type { DatabaseKind } from "./database.ts";
import { openSqliteFile } from "./open_sqlite_file.ts";

/** Every kind that this package brings; another one is another entry. */
export const DATABASE_KINDS: readonly DatabaseKind[] = [
  { schemes: [""], example: "the path of a SQLite file", open: openSqliteFile },
];
