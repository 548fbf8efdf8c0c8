import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboxMail } from "@userharbor/core";
import { KEYS } from "./_test_life.ts";
import { MailOutbox, type MailOutboxOptions, makeOutboxKey } from "./mod.ts";

const MAIL: OutboxMail = {
  kind: "verification",
  message: {
    username: "ada",
    email: "ada@example.org",
    locale: "de",
    verificationToken: "-Vq3x_pLr8Tz0mWc5Jd7Yb2Nf4Hs6Kg9Ua1Ei-Xo_w8",
    expiresAt: new Date("2026-01-02T00:00:00.123Z"),
  },
  at: new Date("2026-01-01T00:00:00.456Z"),
  userId: "4a2f",
  tokenHash: "a".repeat(64),
  actor: "desk 7",
};

test("seal() shows neither token nor address nor name, and open() gives all of it back (R47, T9)", async () => {
  const outbox = new MailOutbox({ keys: KEYS[0] });
  const record = await outbox.seal(MAIL);
  assert.deepEqual([record.kind, record.createdAt, record.userId], ["mail", MAIL.at, "4a2f"]);
  for (const secret of [MAIL.message.email, MAIL.message.username, "Vq3x", MAIL.tokenHash ?? "", "desk"]) {
    assert.equal(record.body.includes(secret), false, secret);
    assert.equal(
      atob(JSON.parse(record.body).sealed.replace(/-/g, "+").replace(/_/g, "/")).includes(secret),
      false,
    );
  }
  assert.deepEqual(await outbox.open(record), MAIL);
});

test("seal() makes another record, and other bytes, each time (T9)", async () => {
  const outbox = new MailOutbox({ keys: KEYS[0] });
  const records = await Promise.all([1, 2, 3].map(() => outbox.seal(MAIL)));
  assert.equal(new Set(records.map(({ id }) => id)).size, 3);
  for (const part of ["iv", "sealed"]) {
    assert.equal(new Set(records.map(({ body }) => JSON.parse(body)[part])).size, 3);
  }
});

test("open() refuses a mail in the place of another, one that was changed, and what is none (T9)", async () => {
  const outbox = new MailOutbox({ keys: KEYS[0] });
  const [one, other] = await Promise.all([outbox.seal(MAIL), outbox.seal(MAIL)]);
  await assert.rejects(outbox.open({ id: other.id, body: one.body }), /Cannot open the mail/);
  const fields = JSON.parse(one.body);
  for (const part of ["iv", "sealed"] as const) {
    const [first = ""] = fields[part];
    const body = JSON.stringify({ ...fields, [part]: (first === "A" ? "B" : "A") + fields[part].slice(1) });
    await assert.rejects(outbox.open({ id: one.id, body }), /Cannot open the mail/);
  }
  for (
    const body of [
      "",
      "null",
      "[]",
      "{",
      '{"v":2}',
      JSON.stringify({ ...fields, v: 2 }),
      JSON.stringify({ v: 1, iv: 7 }),
    ]
  ) {
    await assert.rejects(outbox.open({ id: one.id, body }), /Cannot open the mail/);
  }
});

test("a list of keys seals under the first and opens under all of them; a key that is gone opens nothing (T9)", async () => {
  const [newKey, oldKey] = KEYS;
  const sealedBefore = await new MailOutbox({ keys: oldKey }).seal(MAIL);
  const rotated = new MailOutbox({ keys: [newKey, oldKey] });
  assert.deepEqual(await rotated.open(sealedBefore), MAIL);
  const sealedAfter = await rotated.seal(MAIL);
  const afterwards = new MailOutbox({ keys: newKey });
  assert.deepEqual(await afterwards.open(sealedAfter), MAIL);
  await assert.rejects(afterwards.open(sealedBefore), /Cannot open the mail/);
});

test("MailOutbox takes 32 bytes or their base64url, copies them, and refuses everything else without showing it", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const outbox = new MailOutbox({ keys: bytes });
  const copy = new MailOutbox({ keys: new Uint8Array(bytes) });
  bytes.fill(0);
  assert.deepEqual(await copy.open(await outbox.seal(MAIL)), MAIL);
  const secret = "not a key but a secret";
  const refused: readonly (readonly [unknown, typeof TypeError | typeof RangeError])[] = [
    [undefined, TypeError],
    [[], TypeError],
    [7, TypeError],
    [[KEYS[0], null], TypeError],
    ["", RangeError],
    [secret, RangeError],
    [KEYS[0].slice(1), RangeError],
    [KEYS[0] + "=", RangeError],
    [new Uint8Array(16), RangeError],
  ];
  for (const [keys, error] of refused) {
    assert.throws(() => new MailOutbox({ keys } as MailOutboxOptions), (thrown: unknown) => {
      assert.ok(thrown instanceof error && /^keys must/.test(thrown.message), String(thrown));
      return !thrown.message.includes(secret);
    });
  }
});

test("makeOutboxKey() makes another key each time", () => {
  const keys = Array.from({ length: 100 }, makeOutboxKey);
  assert.equal(new Set(keys).size, 100);
  assert.ok(keys.every((key) => /^[A-Za-z0-9_-]{43}$/.test(key)));
});
