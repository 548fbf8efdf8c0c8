import type { SqlConnection, SqlDialect, SqlDriver, SqlRow, SqlValue } from "@userharbor/sql";
import { emptyTables } from "./_sql_stores.ts";

/** Finds how the engine would run a statement without an index: what reads a whole table. */
export type FindScans = (
  connection: SqlConnection,
  statement: { readonly sql: string; readonly values: readonly SqlValue[] },
) => Promise<readonly string[]>;

/** What reads a whole table, which has as many rows as an application has roles or permissions, or no table. */
function lists(dialect: SqlDialect): ReadonlySet<string> {
  return new Set([
    dialect.schemaNames,
    dialect.ownTime,
    "SELECT role FROM userharbor_roles",
    "SELECT permission FROM userharbor_permissions",
    "SELECT MAX(version) AS version FROM userharbor_schema",
  ]);
}

/** Every statement that would read a whole table, with what the engine says of it. */
export async function findWholeReads(
  driver: SqlDriver,
  statements: ReadonlyMap<string, readonly SqlValue[]>,
  findScans: FindScans,
): Promise<readonly string[]> {
  const small = lists(driver.dialect);
  const found: string[] = [];
  for (const [sql, values] of statements) {
    if (small.has(sql)) continue;
    const scans = await driver.transaction((connection) => findScans(connection, { sql, values }));
    found.push(...scans.map((scan) => `${scan}: ${sql}`));
  }
  return found;
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Plans for any values, of tables that are filled; a whole table is read only where there is no other way. An index
 * that is read from end to end is no better than the table.
 */
export const findScansOnPostgresql: FindScans = async (connection, { sql }) => {
  let placeholders = 0;
  const numbered = sql.replaceAll("?", () => `$${++placeholders}`);
  await connection.execute("SET LOCAL enable_seqscan = off", []);
  await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan", []);
  await connection.execute(`PREPARE asked AS ${numbered}`, []);
  const values = placeholders === 0 ? "" : `(${Array(placeholders).fill("NULL").join(", ")})`;
  const [row] = await connection.query(`EXPLAIN (FORMAT JSON) EXECUTE asked${values}`, []);
  await connection.execute("DEALLOCATE asked", []);
  const [{ Plan }] = row?.[0] as unknown as readonly [{ readonly Plan: PlanNode }];
  return nodesOf(Plan).filter(isWholeRead).map((node) =>
    `${node["Node Type"]} of ${node["Relation Name"] ?? node["Index Name"]}`
  );
};

function nodesOf(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function isWholeRead(node: PlanNode): boolean {
  const type = node["Node Type"];
  return type === "Seq Scan" || /Index/.test(type) && node["Index Cond"] === undefined;
}

/** Plans for the values that were asked with, of tables that are filled: `ALL` is the whole table, `index` a whole index. */
export const findScansOnMariadb: FindScans = async (connection, { sql, values }) => {
  // Of what inserts one row and reads none, it says nothing but the name of the table.
  if (sql.startsWith("INSERT ")) return [];
  const rows = await connection.query<SqlRow>(`EXPLAIN ${sql}`, values);
  return rows.filter(([, , table, type]) =>
    (type === "ALL" || type === "index") && !/^<(derived|union|subquery)/.test(String(table))
  ).map(([, , table, type]) => `${type} of ${table}`);
};

/** So many that an engine does not read them all because they are few. */
const ROWS = 10_000;

/** Later than whatever the contract asks for. */
const FAR_FUTURE = "'2200-01-01 00:00:00'";

const NAME = "CONCAT('user-', seq)";
const HASH = "CONCAT('hash-', seq)";

/** Rows by table, each made of a number called `seq`. */
const FILLING: Readonly<Record<string, string>> = {
  "userharbor_users (username, username_key, email, password_hash, verified, created_at)":
    `${NAME}, ${NAME}, CONCAT(seq, '@example.org'), ${HASH}, seq % 2 = 0, ${FAR_FUTURE}`,
  "userharbor_roles (role)": "CONCAT('role-', seq)",
  "userharbor_permissions (permission)": "CONCAT('permission.', seq)",
  "userharbor_user_roles (username, role)": `${NAME}, CONCAT('role-', seq)`,
  "userharbor_role_permissions (role, permission)": "CONCAT('role-', seq), CONCAT('permission.', seq)",
  "userharbor_sessions (token_hash, username, expires_at, created_at, client_address)":
    `${HASH}, ${NAME}, ${FAR_FUTURE}, ${FAR_FUTURE}, '192.0.2.1'`,
  "userharbor_email_verifications (token_hash, username, expires_at)": `${HASH}, ${NAME}, ${FAR_FUTURE}`,
  "userharbor_password_resets (token_hash, username, expires_at)": `${HASH}, ${NAME}, ${FAR_FUTURE}`,
  "userharbor_records (id, kind, created_at, user_id, body)":
    `CONCAT('id-', seq), 'event', ${FAR_FUTURE}, CONCAT('user-', seq), '{}'`,
  "userharbor_outbox (id, created_at, body, due_at)":
    `CONCAT('id-', seq), ${FAR_FUTURE}, '{}', ${FAR_FUTURE}`,
  "userharbor_throttle (throttle_key, attempts, window_ends_at, serial)":
    `CONCAT('limit:', seq), 1, ${FAR_FUTURE}, 1`,
};

/** Fills every table, and tells the engine how full it is. */
export async function fillTables(driver: SqlDriver): Promise<void> {
  await emptyTables(driver);
  const isPostgresql = driver.dialect.name === "postgresql";
  const numbers = isPostgresql ? `generate_series(1, ${ROWS}) seq` : `seq_1_to_${ROWS}`;
  for (const [table, row] of Object.entries(FILLING)) {
    await driver.execute(`INSERT INTO ${table} SELECT ${row} FROM ${numbers}`, []);
    const [name] = table.split(" ");
    await driver.query(isPostgresql ? `ANALYZE ${name}` : `ANALYZE TABLE ${name}`, []);
  }
}
