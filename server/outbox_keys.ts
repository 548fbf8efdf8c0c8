import { MailOutbox, makeOutboxKey } from "@userharbor/outbox";
import { readFileSync, writeFileSync } from "node:fs";
import type { Settings } from "./settings.ts";

/** Where the key is that a server makes for itself. */
export function keyFile(databasePath: string): string {
  return `${databasePath}.outbox-key`;
}

/**
 * The keys that mails in the database are sealed under: those of `OUTBOX_KEY`, or the one of a file beside the database,
 * which is made at the first start and is its owner's alone.
 *
 * @throws {Error} when the file can neither be read nor made, or has no key: names it, and holds nothing of it
 */
export function readOutboxKeys({ mail, databasePath }: Settings): readonly string[] {
  if (mail.outboxKeys !== null) return mail.outboxKeys;
  const path = keyFile(databasePath);
  try {
    // Two servers that start at once must not end up with a key each: only one of them makes the file.
    writeFileSync(path, `${makeOutboxKey()}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!isThere(error)) throw error;
  }
  const keys = [readFileSync(path, "utf8").trim()];
  if (!isUsable(keys)) {
    // A computer that lost power may leave it empty, and mail that waits may still need what was in it.
    throw new Error(
      `${path} has no key of 43 characters: restore it, or remove it and give up the mail that waits`,
    );
  }
  return keys;
}

function isUsable(keys: readonly string[]): boolean {
  try {
    return new MailOutbox({ keys }) !== null;
  } catch {
    return false;
  }
}

function isThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}
