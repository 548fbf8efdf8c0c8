import { DatabaseSync } from "node:sqlite";
import { recorded, type Statement } from "./_test_store.ts";
import { nodeSqlite } from "./drivers/node_sqlite.ts";
import { migrate } from "./migrate.ts";
import { SqlOutboxQueue } from "./sql_outbox_queue.ts";
import { SqlUserStore } from "./sql_user_store.ts";

/** A store with a migrated database, and the queue of its mails; closed when it is disposed of. */
export class TestOutbox {
  readonly database: DatabaseSync;
  readonly store: SqlUserStore;
  readonly queue: SqlOutboxQueue;
  /** Every statement that went through the driver of both, in order. */
  readonly statements: readonly Statement[];

  private constructor(database: DatabaseSync) {
    const { driver, statements } = recorded(nodeSqlite(database));
    this.database = database;
    this.store = new SqlUserStore(driver);
    this.queue = new SqlOutboxQueue(driver);
    this.statements = statements;
  }

  static async open(path: string = ":memory:"): Promise<TestOutbox> {
    const database = new DatabaseSync(path);
    await migrate(nodeSqlite(database));
    return new TestOutbox(database);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.database.close();
    return Promise.resolve();
  }
}
