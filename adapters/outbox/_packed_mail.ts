import type { OutboxMail } from "@userharbor/core";

/** A mail as text. */
export function packMail(mail: OutboxMail): string {
  return JSON.stringify(mail);
}

/** What ends in "At", and `at` itself, is an instant: JSON has no type of its own for it. */
export function unpackMail(packed: string): OutboxMail {
  return JSON.parse(packed, (name, value) => name === "at" || name.endsWith("At") ? new Date(value) : value);
}
