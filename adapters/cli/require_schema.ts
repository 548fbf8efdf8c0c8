import { schemaVersion, type SqlDriver } from "@userharbor/sql";
import { CommandError } from "./command_error.ts";

/** Which databases a command can do with. */
export type SchemaNeed =
  /** One that this release would not change. */
  | "current"
  /** Any but one of a newer release. */
  | "known"
  /** Any that UserHarbor has been in. */
  | "any";

/** A database, and the name it was given by. */
interface NamedDatabase {
  readonly driver: SqlDriver;
  readonly name: string;
  /** What brings its tables up to this release; without a password. */
  readonly migration: string;
}

/**
 * Sees to it that this release and the database fit, before anything is read or written.
 *
 * @returns the version the database has
 * @throws {CommandError} when they do not; nothing was changed
 */
export async function requireSchema(
  { driver, name, migration }: NamedDatabase,
  need: SchemaNeed,
): Promise<number> {
  const version = await schemaVersion(driver);
  const known = driver.dialect.migrations.length;
  if (need !== "any" && version > known) {
    throw new CommandError(
      "schema_newer",
      `${name} is of a newer release (its tables are version ${version}, this one knows ${known}): ` +
        "use the @userharbor/cli of the release that the application runs",
    );
  }
  if (need === "current" && version < known) {
    if (version === 0) refuseMissingTables({ name, migration });
    throw new CommandError(
      "schema_outdated",
      `${name} is of an older release (its tables are version ${version}, this one needs ${known}): ` +
        `make a copy, then run "${migration}"`,
    );
  }
  return version;
}

/** Refuses a database that UserHarbor has not been in. */
export function refuseMissingTables({ name, migration }: Omit<NamedDatabase, "driver">): never {
  throw new CommandError(
    "schema_missing",
    `${name} has no tables of UserHarbor: name another database, or make them with "${migration}"`,
  );
}
