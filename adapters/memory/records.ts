import type { StoreRecord } from "@userharbor/core";
import { appendMail } from "./mails.ts";
import type { Tables } from "./tables.ts";

/**
 * Keeps a copy of the record; a mail goes where mail is delivered from.
 *
 * @param tables what to write to
 * @param record what to keep
 * @throws {Error} when a record of this id is there already
 */
export function appendRecord(tables: Tables, record: StoreRecord): void {
  if (record.kind === "mail") return appendMail(tables, record);
  if (tables.records.has(record.id)) throw new Error("Cannot append the record: its id is already stored");
  tables.records.set(record.id, structuredClone(record));
}
