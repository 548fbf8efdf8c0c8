import type { ClaimedMail, ClaimMailRequest, MailBurial, OutboxQueue } from "@userharbor/core";
import { type Calls, callsOn } from "./_calls.ts";
import { requireDriver } from "./_require_driver.ts";
import type { SqlDriver } from "./sql_driver.ts";
import { deleteDeadRows, inBatches } from "./statements/_delete_dead_rows.ts";
import { buryMail, claimMails, postponeMail, reviveMails, settleMail } from "./statements/mails.ts";

/**
 * The mails that an outbox keeps in a SQL database, for all workers that deliver them.
 *
 * A mail has one row from the transaction of its change until it is delivered. Of any number of workers one gets it:
 * each write names what it has read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { DatabaseSync } from "node:sqlite";
 * import { migrate, SqlOutboxQueue, SqlUserStore } from "@userharbor/sql";
 * import { nodeSqlite } from "@userharbor/sql/node-sqlite";
 *
 * const driver = nodeSqlite(new DatabaseSync(":memory:"));
 * await migrate(driver);
 * const at = new Date();
 * await new SqlUserStore(driver).append({ id: "1", kind: "mail", createdAt: at, body: "{}" });
 *
 * const queue = new SqlOutboxQueue(driver);
 * const [mail] = await queue.claim({ at, leaseUntil: new Date(at.getTime() + 60_000), limit: 10 });
 * assert.ok(mail !== undefined && await queue.settle(mail)); // it is delivered, and gone
 * ```
 */
export class SqlOutboxQueue implements OutboxQueue {
  readonly #calls: Calls;

  /**
   * Makes the queue of a database with its tables.
   *
   * @param driver the database of the {@link SqlUserStore} that mails are appended to, after `migrate(driver)`
   * @throws {TypeError} for what is no driver
   */
  constructor(driver: SqlDriver) {
    this.#calls = callsOn(requireDriver(driver));
  }

  /** Claims what is due at this instant, the longest due first, at most `limit` and 100. */
  claim(request: ClaimMailRequest): Promise<readonly ClaimedMail[]> {
    return this.#calls.atomic(claimMails(request));
  }

  /** Removes what was delivered; true for the one caller that removed it. */
  settle(mail: ClaimedMail): Promise<boolean> {
    return this.#calls.single(settleMail(mail));
  }

  /** Ends the claim; it is due again at that instant. */
  postpone(mail: ClaimedMail, dueAt: Date): Promise<boolean> {
    return this.#calls.single(postponeMail(mail, dueAt));
  }

  /** Gives it up, and keeps it with the reason. */
  bury(mail: ClaimedMail, burial: MailBurial): Promise<boolean> {
    return this.#calls.single(buryMail(mail, burial));
  }

  /** Makes what was buried due at this instant, the earliest buried first; answers how many. */
  revive({ at, limit }: { readonly at: Date; readonly limit: number }): Promise<number> {
    return inBatches(limit, (rows) => this.#calls.atomic(reviveMails({ at, limit: rows })));
  }

  /** Removes what was buried before this instant, at most `limit`, and answers how many. */
  purgeBuried({ before, limit }: { readonly before: Date; readonly limit: number }): Promise<number> {
    const dead = { table: "userharbor_outbox", key: "id", endsAt: "buried_at", before: new Date(before) };
    return inBatches(limit, (rows) => this.#calls.single(deleteDeadRows({ ...dead, limit: rows })));
  }
}
