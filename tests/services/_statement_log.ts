import type { ClaimedMail, Throttle } from "@userharbor/core";
import {
  type SqlConnection,
  type SqlDriver,
  SqlOutboxQueue,
  SqlUserStore,
  type SqlValue,
} from "@userharbor/sql";

/** Every statement that went through drivers, each with the values it was first asked with. */
export class StatementLog {
  readonly statements: Map<string, readonly SqlValue[]> = new Map();

  /** A driver that does the same, and whose statements are kept here. */
  recording(driver: SqlDriver): SqlDriver {
    return {
      ...this.#recording(driver),
      transaction: (work) => driver.transaction((connection) => work(this.#recording(connection))),
      isRolledBack: driver.isRolledBack,
      isSchemaMissing: driver.isSchemaMissing,
    };
  }

  #recording(connection: SqlConnection): SqlConnection {
    const keep = (sql: string, values: readonly SqlValue[]) => {
      if (!this.statements.has(sql)) this.statements.set(sql, values);
    };
    return {
      dialect: connection.dialect,
      isDuplicate: connection.isDuplicate,
      isSchemaThere: connection.isSchemaThere,
      query: (sql, values) => {
        keep(sql, values);
        return connection.query(sql, values);
      },
      execute: (sql, values) => {
        keep(sql, values);
        return connection.execute(sql, values);
      },
    };
  }
}

/** Makes a throttle ask whatever it can. */
export async function useThrottle(throttle: Throttle): Promise<void> {
  const at = new Date("2026-01-01T00:00:00.000Z");
  const request = { key: "asked", limit: 10, windowSeconds: 900, at };
  for (let attempt = 0; attempt < 2; attempt++) await throttle.reserve(request);
  await throttle.refund(request.key);
  await throttle.clear(request.key);
  await throttle.purgeExpired?.({ before: at, limit: 10 });
}

/** Makes the queue of an outbox ask whatever it can. */
export async function useOutbox(driver: SqlDriver): Promise<void> {
  const queue = new SqlOutboxQueue(driver);
  const at = new Date("2026-01-01T00:00:00.000Z");
  await new SqlUserStore(driver).append({ id: "asked", kind: "mail", createdAt: at, body: "{}" });
  const claimed = async (): Promise<ClaimedMail> => {
    const [mail] = await queue.claim({ at, leaseUntil: at, limit: 10 });
    if (mail === undefined) throw new Error("no mail is due");
    return mail;
  };
  await queue.postpone(await claimed(), at);
  await queue.bury(await claimed(), { at, reason: "asked" });
  await queue.revive({ at, limit: 10 });
  await queue.settle(await claimed());
  await queue.purgeBuried({ before: at, limit: 10 });
}
