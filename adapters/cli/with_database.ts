import type { CommandCall } from "./command.ts";
import { refuseUsage } from "./command_error.ts";
import type { OpenDatabase } from "./database.ts";
import { DATABASE_KINDS } from "./database_kinds.ts";
import { requireSchema, type SchemaNeed } from "./require_schema.ts";

/** What a command needs of the database. */
export interface DatabaseNeed {
  /** Which it can do with. */
  readonly schema: SchemaNeed;
  /** Whether it is made if there is none. */
  readonly mayCreate: boolean;
}

/** The database of a command. */
export interface CommandDatabase extends Pick<OpenDatabase, "driver"> {
  /** How it is called in what is told; without a password. */
  readonly name: string;
  /** The version of its tables. */
  readonly version: number;
}

/** A URL may hold a password: this is what may be shown of it. A drive of Windows is one letter. */
const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/**
 * Opens the database that a command was given, and closes it whatever happens.
 *
 * @throws {CommandError} when there is none, or it does not fit
 */
export async function withDatabase<T>(
  { call, need }: { readonly call: CommandCall; readonly need: DatabaseNeed },
  work: (database: CommandDatabase) => Promise<T>,
): Promise<T> {
  const location = call.texts.database ?? call.io.environment["USERHARBOR_DATABASE"];
  if (!location) return refuseUsage("which database? give --database, or set USERHARBOR_DATABASE");
  const scheme = SCHEME.exec(location)?.[1]?.toLowerCase() ?? "";
  const kinds = [...call.io.databases ?? [], ...DATABASE_KINDS];
  const kind = kinds.find(({ schemes }) => schemes.includes(scheme));
  if (kind === undefined) {
    const examples = kinds.map(({ example }) => example).join(", or ");
    return refuseUsage(`no database begins with ${scheme}:// here: --database is ${examples}`);
  }
  const database = await kind.open({ location, mayCreate: need.mayCreate });
  try {
    const { driver } = database;
    const { name, migration } = namesOf({ location, scheme });
    const version = await requireSchema({ driver, name, migration }, need.schema);
    return await work({ driver, name, version });
  } finally {
    await database.close();
  }
}

/** A path may be shown, and typed again; of a URL, which may hold a password, the scheme. */
function namesOf({ location, scheme }: { readonly location: string; readonly scheme: string }) {
  return scheme === ""
    ? { name: location, migration: `userharbor migrate --database ${location}` }
    : { name: `the ${scheme} database`, migration: "userharbor migrate" };
}
