import type { SqlConnection, SqlDialect, SqlDriver, SqlRow, SqlValue } from "@userharbor/sql";

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
 * Plans for any values, of a table of any size: where there is an index to find rows by, it is taken. An index that
 * is read from end to end is no better than the table.
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
  const rows = await connection.query<SqlRow>(`EXPLAIN ${sql}`, values);
  return rows.filter(([, , table, type]) =>
    (type === "ALL" || type === "index") && !/^<(derived|union|subquery)/.test(String(table))
  ).map(([, , table, type]) => `${type} of ${table}`);
};

/** So many that an engine does not read them all because they are few. */
const ROWS = 2_000;

/** Later than whatever the contract asks for. */
const FAR_FUTURE = "'2200-01-01 00:00:00'";

/** Fills the tables of MariaDB. */
export async function fillTables(driver: SqlDriver): Promise<void> {
  const from = `FROM seq_1_to_${ROWS}`;
  const name = "CONCAT('user-', seq)";
  const fill = [
    "userharbor_users (username, username_key, email, password_hash, verified, created_at) " +
    `SELECT ${name}, ${name}, CONCAT(seq, '@example.org'), 'hash', seq % 2, ${FAR_FUTURE}`,
    `userharbor_roles (role) SELECT CONCAT('role-', seq)`,
    `userharbor_permissions (permission) SELECT CONCAT('permission.', seq)`,
    `userharbor_user_roles (username, role) SELECT ${name}, CONCAT('role-', seq)`,
    "userharbor_role_permissions (role, permission) SELECT CONCAT('role-', seq), CONCAT('permission.', seq)",
    "userharbor_sessions (token_hash, username, expires_at, created_at, client_address) " +
    `SELECT SHA2(seq, 256), ${name}, ${FAR_FUTURE}, ${FAR_FUTURE}, '192.0.2.1'`,
    `userharbor_email_verifications (token_hash, username, expires_at) SELECT SHA2(seq, 256), ${name}, ${FAR_FUTURE}`,
    `userharbor_password_resets (token_hash, username, expires_at) SELECT SHA2(seq, 256), ${name}, ${FAR_FUTURE}`,
    `userharbor_records (id, kind, created_at, user_id, body) SELECT UUID(), 'event', ${FAR_FUTURE}, UUID(), '{}'`,
    "userharbor_throttle (throttle_key, attempts, window_ends_at, serial) " +
    `SELECT CONCAT('limit:', seq), 1, ${FAR_FUTURE}, 1`,
  ];
  for (const table of fill) {
    await driver.execute(`INSERT INTO ${table} ${from}`, []);
    await driver.query(`ANALYZE TABLE ${table.split(" ")[0]}`, []);
  }
}
