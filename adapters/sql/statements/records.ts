import type { StoreRecord } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import { appendMail } from "./mails.ts";

/** One insert, of a mail where mail is delivered from; an id that is taken rejects, and so undoes the change that the record is about. */
export function append(record: StoreRecord): SqlCall<void> {
  if (record.kind === "mail") return appendMail(record);
  return async (connection) => {
    const { id, kind, createdAt, userId = null, body } = record;
    await connection.execute(
      "INSERT INTO userharbor_records (id, kind, created_at, user_id, body) VALUES (?, ?, ?, ?, ?)",
      [id, kind, connection.dialect.encodeInstant(createdAt), userId, body],
    );
  };
}
