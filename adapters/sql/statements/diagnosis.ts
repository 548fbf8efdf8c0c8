import type { Finding } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import type { SqlConnection, SqlDialect } from "../sql_driver.ts";
import { readSchemaVersion } from "./_schema_version.ts";

/** As far as the clocks of two machines that are kept in time may be apart, generously. */
const CLOCK_SKEW_MS = 60_000;

/** An index as the migrations of each dialect make it: `CREATE UNIQUE INDEX ix_…`, or `KEY ix_…` within a table. */
const INDEX = /(?<unique>UNIQUE )?(?:INDEX|KEY) (?:IF NOT EXISTS )?(?<name>[iu]x_userharbor_\w+)/g;

/** A few reads of the catalogue, none of an account. */
export function diagnose(now: Date): SqlCall<readonly Finding[]> {
  return async (connection) => {
    const names = new Set(
      (await connection.query<readonly [string]>(connection.dialect.schemaNames, [])).map(([name]) => name),
    );
    const schema = await diagnoseSchema(connection, names);
    const mail = schema.some(({ code }) => code === "schema_outdated")
      ? []
      : await diagnoseMail(connection, now);
    return [...schema, ...mail, ...await diagnoseClock(connection, now)];
  };
}

async function diagnoseSchema(connection: SqlConnection, names: ReadonlySet<string>): Promise<Finding[]> {
  const { dialect } = connection;
  const wanted = dialect.migrations.length;
  const version = names.has("userharbor_schema") ? await readSchemaVersion(connection) : 0;
  if (version < wanted) {
    return [{
      code: "schema_outdated",
      level: "unsafe",
      message:
        `The tables are at version ${version} of ${wanted}: call migrate(driver) before people use them`,
    }];
  }
  const newer: Finding = {
    code: "schema_newer",
    level: "advice",
    message: `The tables are at version ${version}, of a later release; this one knows ${wanted}: upgrade it`,
  };
  return [...version > wanted ? [newer] : [], ...missingIndexes(dialect, names)];
}

/** A unique index keeps two accounts from one name or address; any other only keeps statements quick. */
function missingIndexes({ migrations }: SqlDialect, names: ReadonlySet<string>): Finding[] {
  const expected = [...migrations.join("\n").matchAll(INDEX)].map(({ groups }) => groups ?? {});
  return expected.filter(({ name = "" }) => !names.has(name)).map(({ name, unique }) => ({
    code: "missing_index",
    level: unique === undefined ? "advice" : "unsafe",
    message: `The index ${name} is not there: create it anew, as the migrations of @userharbor/sql do`,
  }));
}

/** A worker that was put off, or is killed, has its mails again sooner than that. */
const OVERDUE_MS = 3_600_000;

async function diagnoseMail(connection: SqlConnection, now: Date): Promise<Finding[]> {
  const isThere = async (condition: string, at: Date): Promise<boolean> => {
    const sql = `SELECT id FROM userharbor_outbox WHERE ${condition} LIMIT 1`;
    return (await connection.query(sql, [connection.dialect.encodeInstant(at)])).length > 0;
  };
  const overdue: Finding = {
    code: "mail_overdue",
    level: "advice",
    message: "Mail has been due for an hour: see that a worker of the outbox runs, or drain it more often",
  };
  const givenUp: Finding = {
    code: "mail_given_up",
    level: "advice",
    message: "Mail was given up: userharbor_outbox has the reasons; revive it, or purge what was buried",
  };
  return [
    ...await isThere("due_at < ?", new Date(now.getTime() - OVERDUE_MS)) ? [overdue] : [],
    ...await isThere("buried_at <= ?", now) ? [givenUp] : [],
  ];
}

async function diagnoseClock(connection: SqlConnection, now: Date): Promise<Finding[]> {
  const { dialect } = connection;
  const [row] = await connection.query(dialect.ownTime, []);
  const skewMs = Math.abs(dialect.decodeInstant(row?.[0] ?? null).getTime() - now.getTime());
  if (skewMs <= CLOCK_SKEW_MS) return [];
  return [{
    code: "clock_skew",
    level: "advice",
    message: `The clocks of the application and of the database are ${Math.round(skewMs / 1000)} s apart: ` +
      "set both by the same time service",
  }];
}
