import type { ClaimedMail, ClaimMailRequest, MailBurial, StoreRecord } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import type { SqlValue } from "../sql_driver.ts";
import { batchOf } from "./_delete_dead_rows.ts";

/** One insert, due at once; an id that is taken rejects, and so undoes the change that the mail is about. */
export function appendMail(record: StoreRecord): SqlCall<void> {
  return async (connection) => {
    const { id, createdAt, userId = null, body } = record;
    const instant = connection.dialect.encodeInstant(createdAt);
    await connection.execute(
      "INSERT INTO userharbor_outbox (id, created_at, user_id, body, due_at) VALUES (?, ?, ?, ?, ?)",
      [id, instant, userId, body, instant],
    );
  };
}

type MailRow = readonly [
  id: string,
  createdAt: SqlValue,
  userId: string | null,
  body: string,
  attempts: SqlValue,
  serial: SqlValue,
];

/**
 * One read and one write for each mail, in a transaction. The write takes the mail only if nobody did since it was read;
 * who meets another's claim goes without that mail.
 */
export function claimMails({ at, leaseUntil, limit }: ClaimMailRequest): SqlCall<readonly ClaimedMail[]> {
  return async (connection) => {
    const { dialect } = connection;
    const due = await connection.query<MailRow>(
      `SELECT id, ${dialect.selectInstant("created_at")} AS created_at, user_id, body, attempts, serial ` +
        `FROM userharbor_outbox WHERE due_at <= ? ORDER BY due_at LIMIT ${
          batchOf(limit)
        }${dialect.skipLocked}`,
      [dialect.encodeInstant(at)],
    );
    const claimed: ClaimedMail[] = [];
    for (const [id, createdAt, userId, body, attempts, serial] of due) {
      const taken = await connection.execute(
        "UPDATE userharbor_outbox SET due_at = ?, attempts = attempts + 1, serial = serial + 1 " +
          "WHERE id = ? AND serial = ?",
        [dialect.encodeInstant(leaseUntil), id, Number(serial)],
      );
      if (taken !== 1) continue;
      claimed.push({
        record: {
          id,
          kind: "mail",
          createdAt: dialect.decodeInstant(createdAt),
          ...(userId === null ? {} : { userId }),
          body,
        },
        attempt: Number(attempts) + 1,
        claim: String(Number(serial) + 1),
      });
    }
    return claimed;
  };
}

/** Whoever has claimed it: it is delivered. */
export function settleMail({ record: { id } }: ClaimedMail): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute("DELETE FROM userharbor_outbox WHERE id = ?", [id]) === 1;
}

/** For who claimed it last: each write makes another serial. */
export function postponeMail({ record: { id }, claim }: ClaimedMail, dueAt: Date): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute(
      "UPDATE userharbor_outbox SET due_at = ?, serial = serial + 1 WHERE id = ? AND serial = ?",
      [connection.dialect.encodeInstant(dueAt), id, Number(claim)],
    ) === 1;
}

/** For who claimed it last. */
export function buryMail(
  { record: { id }, claim }: ClaimedMail,
  { at, reason }: MailBurial,
): SqlCall<boolean> {
  return async (connection) =>
    await connection.execute(
      "UPDATE userharbor_outbox SET due_at = NULL, buried_at = ?, reason = ?, serial = serial + 1 " +
        "WHERE id = ? AND serial = ?",
      [connection.dialect.encodeInstant(at), reason, id, Number(claim)],
    ) === 1;
}

/** One read and one write for each mail, in a transaction. */
export function reviveMails(
  { at, limit }: { readonly at: Date; readonly limit: number },
): SqlCall<number> {
  return async (connection) => {
    const { dialect } = connection;
    const buried = await connection.query<readonly [id: string, serial: SqlValue]>(
      "SELECT id, serial FROM userharbor_outbox WHERE buried_at IS NOT NULL ORDER BY buried_at " +
        `LIMIT ${batchOf(limit)}${dialect.skipLocked}`,
      [],
    );
    let revived = 0;
    for (const [id, serial] of buried) {
      revived += await connection.execute(
        "UPDATE userharbor_outbox SET due_at = ?, attempts = 0, buried_at = NULL, reason = NULL, " +
          "serial = serial + 1 WHERE id = ? AND serial = ?",
        [dialect.encodeInstant(at), id, Number(serial)],
      );
    }
    return revived;
  };
}
