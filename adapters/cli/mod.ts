/**
 * Operates an installation of UserHarbor from the command line: tables, checks, purges and accounts.
 *
 * `@userharbor/cli/main` is the program; this is the same as a function, for tests and for tools of your own.
 *
 * @module
 */

export type { CommandIo } from "./command_io.ts";
export type { DatabaseKind, DatabaseLocation, OpenDatabase } from "./database.ts";
export { run } from "./run.ts";
