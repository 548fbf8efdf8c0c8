import { migrate, SqlThrottle } from "@userharbor/sql";
import type { Client } from "./_sql_stores.ts";

/** A throttle that ends its client when it is disposed of. */
export class ServiceThrottle extends SqlThrottle {
  readonly #end: () => Promise<unknown>;

  constructor({ driver, end }: Client) {
    super(driver);
    this.#end = end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

/** Opens a throttle that has counted nothing: a database is migrated once and emptied for each case. */
export async function openEmptyThrottle(client: Client): Promise<ServiceThrottle> {
  await migrate(client.driver);
  await client.driver.execute("DELETE FROM userharbor_throttle", []);
  return new ServiceThrottle(client);
}
