import { migrate, SqlOutboxQueue, SqlUserStore } from "@userharbor/sql";
import { type Client, emptyTables } from "./_sql_stores.ts";

/** A store and the queue of its mails; ends its client when it is disposed of. */
export class ServiceOutbox {
  readonly store: SqlUserStore;
  readonly queue: SqlOutboxQueue;
  readonly #end: () => Promise<unknown>;

  constructor({ driver, end }: Client) {
    this.store = new SqlUserStore(driver);
    this.queue = new SqlOutboxQueue(driver);
    this.#end = end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

/** Opens an outbox without mails: a database is migrated once and emptied for each case. */
export async function openEmptyOutbox(client: Client): Promise<ServiceOutbox> {
  await migrate(client.driver);
  await emptyTables(client.driver);
  return new ServiceOutbox(client);
}
