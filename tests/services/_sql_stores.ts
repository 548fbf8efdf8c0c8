import type { StoreRecord } from "@userharbor/core";
import { migrate, type SqlDriver, SqlUserStore, type SqlValue } from "@userharbor/sql";
import type { StatementLog } from "./_statement_log.ts";

/** A store that ends its client when it is disposed of. */
export class ServiceStore extends SqlUserStore {
  readonly driver: SqlDriver;
  readonly #end: () => Promise<unknown>;

  /** What the store asks, and only that, is kept in the log. */
  constructor({ driver, end }: Client, log?: StatementLog) {
    super(log?.recording(driver) ?? driver);
    this.driver = driver;
    this.#end = end;
  }

  /** Every record, as a query of the application's own reads them. */
  async records(): Promise<readonly StoreRecord[]> {
    const { dialect } = this.driver;
    const rows = await this.driver.query<RecordRow>(
      `SELECT id, kind, ${
        dialect.selectInstant("created_at")
      } AS made_at, user_id, body FROM userharbor_records`,
      [],
    );
    return rows.map(([id, kind, madeAt, userId, body]) => ({
      id,
      kind,
      createdAt: dialect.decodeInstant(madeAt),
      ...userId === null ? {} : { userId },
      body,
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

type RecordRow = readonly [id: string, kind: string, madeAt: SqlValue, userId: string | null, body: string];

/** A driver, and what ends the client behind it. */
export interface Client {
  readonly driver: SqlDriver;
  readonly end: () => Promise<unknown>;
}

/** Every table, those that refer to others first. */
const TABLES = [
  "userharbor_user_roles",
  "userharbor_role_permissions",
  "userharbor_email_verifications",
  "userharbor_password_resets",
  "userharbor_sessions",
  "userharbor_users",
  "userharbor_roles",
  "userharbor_permissions",
  "userharbor_records",
  "userharbor_outbox",
  "userharbor_throttle",
];

/** Removes every row of a database. */
export async function emptyTables(driver: SqlDriver): Promise<void> {
  await driver.transaction(async (connection) => {
    for (const table of TABLES) await connection.execute(`DELETE FROM ${table}`, []);
  });
}

/** How the cases of the contract read what was appended. */
export function records(store: ServiceStore): Promise<readonly StoreRecord[]> {
  return store.records();
}

/** Opens an empty store: a database is migrated once and emptied for each case, since making one takes long. */
export async function openEmptyStore(client: Client, log?: StatementLog): Promise<ServiceStore> {
  await migrate(client.driver);
  await emptyTables(client.driver);
  return new ServiceStore(client, log);
}
