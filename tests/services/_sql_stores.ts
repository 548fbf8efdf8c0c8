import { migrate, type SqlDriver, SqlUserStore } from "@userharbor/sql";

/** A store that ends its client when it is disposed of. */
export class ServiceStore extends SqlUserStore {
  readonly driver: SqlDriver;
  readonly #end: () => Promise<unknown>;

  constructor({ driver, end }: Client) {
    super(driver);
    this.driver = driver;
    this.#end = end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

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
];

/** Opens an empty store: a database is migrated once and emptied for each case, since making one takes long. */
export async function openEmptyStore(client: Client): Promise<ServiceStore> {
  await migrate(client.driver);
  for (const table of TABLES) await client.driver.execute(`DELETE FROM ${table}`, []);
  return new ServiceStore(client);
}
