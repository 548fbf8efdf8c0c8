import assert from "node:assert/strict";
import { test } from "node:test";

import { hash } from "@node-rs/argon2";

import { parseArgon2id } from "./phc.ts";

const SALT = "AAAAAAAAAAAAAAAAAAAAAA";
const TAG = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const GOOD = `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$${TAG}`;

test("parseArgon2id() reads every parameter", () => {
  assert.deepEqual(parseArgon2id(GOOD), {
    memoryKib: 19_456,
    iterations: 2,
    parallelism: 1,
    saltBytes: 16,
    tagBytes: 32,
  });
});

test("parseArgon2id() reads what the native code writes, whatever the lengths", async () => {
  for (const saltBytes of [8, 9, 10, 16, 47, 48]) {
    for (const tagBytes of [12, 13, 14, 32, 64]) {
      const written = await hash("password", {
        memoryCost: 128,
        timeCost: 1,
        parallelism: 2,
        outputLen: tagBytes,
        salt: crypto.getRandomValues(new Uint8Array(saltBytes)),
      });
      const expected = { memoryKib: 128, iterations: 1, parallelism: 2, saltBytes, tagBytes };
      assert.deepEqual(parseArgon2id(written), expected, written);
    }
  }
});

const UNREADABLE: Readonly<Record<string, string>> = {
  "nothing": "",
  "argon2i": GOOD.replace("argon2id", "argon2i"),
  "argon2d": GOOD.replace("argon2id", "argon2d"),
  "another algorithm": GOOD.replace("argon2id", "scrypt"),
  "upper case": GOOD.replace("argon2id", "ARGON2ID"),
  "version 16": GOOD.replace("v=19", "v=16"),
  "version 20": GOOD.replace("v=19", "v=20"),
  "no version, which means 16": GOOD.replace("$v=19", ""),
  "a leading zero": GOOD.replace("m=19456", "m=019456"),
  "zero iterations": GOOD.replace("t=2", "t=0"),
  "a negative cost": GOOD.replace("m=19456", "m=-1"),
  "a fraction": GOOD.replace("t=2", "t=2.5"),
  "an exponent": GOOD.replace("m=19456", "m=1e9"),
  "no digits": GOOD.replace("t=2", "t="),
  "other digits": GOOD.replace("t=2", "t=\u0662"),
  "eleven digits": GOOD.replace("m=19456", "m=19456000000"),
  "another order": GOOD.replace("m=19456,t=2", "t=2,m=19456"),
  "a key id": GOOD.replace("p=1", "p=1,keyid=AAAA"),
  "a missing parameter": GOOD.replace(",p=1", ""),
  "less than 8 KiB a lane": GOOD.replace("m=19456,t=2,p=1", "m=31,t=2,p=4"),
  "a salt of 7 bytes": GOOD.replace(SALT, "AAAAAAAAAA"),
  "a salt of 49 bytes": GOOD.replace(SALT, `${"A".repeat(64)}AA`),
  "no salt": GOOD.replace(SALT, ""),
  "a tag of 11 bytes": GOOD.replace(TAG, "AAAAAAAAAAAAAAA"),
  "a tag of 65 bytes": GOOD.replace(TAG, `${"A".repeat(84)}AAA`),
  "no tag": GOOD.replace(`$${TAG}`, ""),
  "padding": `${GOOD}=`,
  "base64url": GOOD.replace(SALT, "----------------------"),
  "an impossible length": `${GOOD}AA`,
  "unused bits that are set": GOOD.replace(TAG, `${TAG.slice(0, -1)}B`),
  "unused bits of the salt that are set": GOOD.replace(SALT, `${SALT.slice(0, -1)}B`),
  "another segment": `${GOOD}$AAAA`,
  "a line feed": `${GOOD}\n`,
  "a line before": `\n${GOOD}`,
  "a space": ` ${GOOD}`,
};

for (const [what, passwordHash] of Object.entries(UNREADABLE)) {
  test(`parseArgon2id() is null for ${what} (R14)`, () => {
    assert.notEqual(passwordHash, GOOD);
    assert.equal(parseArgon2id(passwordHash), null);
  });
}

test("parseArgon2id() is null for what is not a string (R14)", () => {
  for (const value of [null, undefined, 19, {}, [GOOD], new TextEncoder().encode(GOOD)]) {
    assert.equal(parseArgon2id(value), null);
  }
});

test("parseArgon2id() does not scan what is longer than any hash (R14)", () => {
  const longest = `$argon2id$v=19$m=4294967295,t=4294967295,p=255$${"A".repeat(64)}$${"A".repeat(86)}`;
  assert.equal(parseArgon2id(longest)?.tagBytes, 64);
  assert.equal(parseArgon2id(`${longest}A`), null);
  assert.equal(parseArgon2id(GOOD.replace(SALT, "A".repeat(50_000_000))), null);
});
