import type { Outbox, OutboxMail, StoreRecord } from "@userharbor/core";
import { decodeBase64Url, encodeBase64Url } from "./_base64url.ts";
import { packMail, unpackMail } from "./_packed_mail.ts";

/** 32 random bytes, or the same as 43 characters of base64url, as `makeOutboxKey` makes them. */
export type OutboxKey = string | Uint8Array;

/** What a {@link MailOutbox} needs. */
export interface MailOutboxOptions {
  /**
   * What mails are sealed under, kept outside the store. Of a list the first seals, and the others still open what they
   * have sealed: put a new one in front, and take the old one out once no mail is left from before.
   */
  readonly keys: OutboxKey | readonly OutboxKey[];
}

const CIPHER = "AES-GCM";

const KEY_BYTES = 32;

/** NIST SP 800-38D, 8.2.2 and 8.3: 96 random bits, for at most 2^32 mails under one key. */
const IV_BYTES = 12;

/**
 * Keeps mail with the change it tells of, unreadable to whoever reads the store.
 *
 * A mail is sealed as a whole, token, address and words for it, with AES-256-GCM, and bound to its record: in the place
 * of another it does not open. A key is random, never a password.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { UserHarbor } from "@userharbor/core";
 * import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
 * import { MemoryUserStore } from "@userharbor/memory";
 * import { MailOutbox, makeOutboxKey, OutboxWorker } from "@userharbor/outbox";
 *
 * const store = new MemoryUserStore();
 * const emailSender = new RecordingEmailSender(); // yours sends it
 * const outbox = new MailOutbox({ keys: makeOutboxKey() }); // in earnest from a secret of your deployment
 * const passwordHasher = new FastPasswordHasher();
 * const harbor = new UserHarbor({ store, emailSender, passwordHasher, outbox });
 *
 * const password = "seven quiet otters at dawn";
 * await harbor.register({ username: "ada", email: "ada@example.org", password });
 * assert.equal(emailSender.sent.length, 0); // it is in the store
 *
 * const worker = new OutboxWorker({ outbox, queue: store.outboxQueue, store, harbor, emailSender });
 * await worker.drain(); // or worker.start()
 * assert.equal(emailSender.sent.length, 1);
 * ```
 *
 * @see {@link https://csrc.nist.gov/pubs/sp/800/38/d/final | NIST SP 800-38D: Galois/Counter Mode}
 */
export class MailOutbox implements Outbox {
  readonly #keys: readonly Uint8Array<ArrayBuffer>[];
  #imported: Promise<readonly CryptoKey[]> | undefined;
  readonly #listeners: Set<() => void> = new Set();

  /**
   * Takes the keys; computes nothing yet.
   *
   * @param options the keys
   * @throws {TypeError} when there is none, or one is neither bytes nor text
   * @throws {RangeError} when one is not 32 bytes; no error holds a key
   */
  constructor({ keys }: MailOutboxOptions) {
    const list: readonly unknown[] = Array.isArray(keys) ? keys : [keys];
    if (list.length === 0) throw new TypeError("keys must have at least one key");
    this.#keys = list.map(checkKey);
  }

  /**
   * Makes the record that the store keeps.
   *
   * @param mail what the core hands over
   * @returns a record of its own at each call
   */
  async seal(mail: OutboxMail): Promise<StoreRecord> {
    const [key] = await this.#import();
    if (key === undefined) throw new TypeError("Cannot seal the mail: there is no key");
    const id = crypto.randomUUID();
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const sealed = await crypto.subtle.encrypt(
      { name: CIPHER, iv, additionalData: bindingOf(id) },
      key,
      new TextEncoder().encode(packMail(mail)),
    );
    return {
      id,
      kind: "mail",
      createdAt: mail.at,
      ...(mail.userId === undefined ? {} : { userId: mail.userId }),
      body: JSON.stringify({
        v: 1,
        iv: encodeBase64Url(iv),
        sealed: encodeBase64Url(new Uint8Array(sealed)),
      }),
    };
  }

  /**
   * Reads what was sealed.
   *
   * @param record as it was appended
   * @returns the mail
   * @throws {Error} when no key opens it, or it belongs to another record; says no more
   */
  async open({ id, body }: Pick<StoreRecord, "id" | "body">): Promise<OutboxMail> {
    const { iv, sealed } = readBody(body);
    if (iv === null || sealed === null) throw unopened();
    for (const key of await this.#import()) {
      try {
        const packed = await crypto.subtle.decrypt(
          { name: CIPHER, iv, additionalData: bindingOf(id) },
          key,
          sealed,
        );
        return unpackMail(new TextDecoder().decode(packed));
      } catch {
        // Another key may have sealed it; which one is not told, so that nothing of a key is stored.
      }
    }
    throw unopened();
  }

  /** Tells the workers of this process that there is mail. */
  wake(): void {
    for (const listener of this.#listeners) listener();
  }

  /**
   * For workers: hears when there is mail.
   *
   * @param listener must not throw
   * @returns what ends it
   */
  onWake(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #import(): Promise<readonly CryptoKey[]> {
    return this.#imported ??= Promise.all(
      this.#keys.map((key) => crypto.subtle.importKey("raw", key, CIPHER, false, ["encrypt", "decrypt"])),
    );
  }
}

function checkKey(key: unknown): Uint8Array<ArrayBuffer> {
  if (typeof key !== "string" && !(key instanceof Uint8Array)) {
    throw new TypeError("keys must be 32 bytes each, or 43 characters of base64url");
  }
  const bytes = typeof key === "string" ? decodeBase64Url(key) : new Uint8Array(key);
  if (bytes?.length !== KEY_BYTES) {
    throw new RangeError(
      "keys must be 32 bytes each, or 43 characters of base64url; makeOutboxKey() makes one",
    );
  }
  return bytes;
}

/** What ties a sealed mail to the record it is in. */
function bindingOf(id: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`userharbor mail 1 ${id}`);
}

function readBody(body: string): Readonly<Record<"iv" | "sealed", Uint8Array<ArrayBuffer> | null>> {
  let fields: unknown;
  try {
    fields = JSON.parse(body);
  } catch {
    // Whatever it is, it is no mail of ours.
  }
  const { v, iv, sealed }: { readonly v?: unknown; readonly iv?: unknown; readonly sealed?: unknown } =
    Object(fields);
  return v === 1 ? { iv: decodeBase64Url(iv), sealed: decodeBase64Url(sealed) } : { iv: null, sealed: null };
}

function unopened(): Error {
  return new Error("Cannot open the mail: it was sealed under another key, or for another record");
}
