import assert from "node:assert/strict";

import { isUserHarborError } from "../errors.ts";
import type { PasswordHasher } from "../interfaces.ts";
import { useOpened } from "./_use_opened.ts";
import type { ContractCase } from "./contract_case.ts";

type Open = () => PasswordHasher | Promise<PasswordHasher>;

interface Promised {
  readonly name: string;
  check(hasher: PasswordHasher, open: Open): Promise<string | void>;
}

const PASSWORD = "seven quiet otters at dawn";

/** PHC string format: an identifier, then segments of its alphabet. */
const PHC = /^\$[a-z0-9-]{1,32}(?:\$[A-Za-z0-9/+.,=-]+)+$/;

/** What a store has room for. */
const MAX_HASH_LENGTH = 512;

/** Nothing in these can be the hash of {@link PASSWORD}, whichever of them a hasher reads. */
const UNREADABLE_OR_FOREIGN: readonly string[] = [
  "",
  " ",
  "$",
  "$$$$$",
  "null",
  "not a hash",
  PASSWORD,
  "\u0000",
  "$argon2id$",
  "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
  "$argon2id$v=19$m=,t=,p=$$",
  "$argon2id$v=19$m=-1,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
  "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
  "$scrypt$ln=17,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  "pbkdf2_sha256$600000$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  "5f4dcc3b5aa765d61d8327deb882cf99",
  "$".repeat(10_000),
];

const CASES: readonly Promised[] = [
  {
    name: "verify() is true for the password the hash was made of",
    async check(hasher) {
      const hash = await hasher.hash(PASSWORD);
      assert.equal(await hasher.verify(PASSWORD, hash), true);
      assert.equal(await hasher.verify(PASSWORD, hash), true, "a second time");
    },
  },
  {
    name: "verify() is false for another password",
    async check(hasher) {
      const hash = await hasher.hash(PASSWORD);
      await assertRefusesAll(hasher, hash, [
        "seven quiet otters at dawnr",
        "another password altogether",
        "x",
      ]);
    },
  },
  {
    name: "verify() by another hasher is true for the same password",
    async check(hasher, open) {
      const hash = await hasher.hash(PASSWORD);
      await useOpened(open, async (other) => {
        assert.equal(await other.verify(PASSWORD, hash), true);
        assert.equal(await other.verify("another password altogether", hash), false);
      });
    },
  },
  {
    name: "hash() salts: two hashes of one password differ and both verify",
    async check(hasher) {
      const first = await hasher.hash(PASSWORD);
      const second = await hasher.hash(PASSWORD);
      assert.notEqual(first, second);
      assert.equal(await hasher.verify(PASSWORD, first), true);
      assert.equal(await hasher.verify(PASSWORD, second), true);
    },
  },
  {
    name: "hash() is a PHC string of at most 512 ASCII characters (R12)",
    async check(hasher) {
      for (const password of [PASSWORD, "\u{1F511}".repeat(256)]) {
        const hash = await hasher.hash(password);
        assert.match(hash, PHC);
        assert.ok(hash.length <= MAX_HASH_LENGTH, `${hash.length} characters`);
      }
    },
  },
  {
    name: "hash() does not contain the password, plain or encoded",
    async check(hasher) {
      const hash = (await hasher.hash(PASSWORD)).toLowerCase();
      for (const form of encodedForms(PASSWORD)) {
        assert.equal(hash.includes(form.toLowerCase()), false, "the hash contains the password");
      }
    },
  },
  {
    name: "verify() trims nothing (R5)",
    async check(hasher) {
      await assertTellsApart(hasher, [
        PASSWORD,
        ` ${PASSWORD}`,
        `${PASSWORD} `,
        `${PASSWORD}\n`,
        `\t${PASSWORD}`,
      ]);
    },
  },
  {
    name: "verify() keeps white space inside the password (R5)",
    async check(hasher) {
      await assertTellsApart(hasher, [
        "correct  horse battery",
        "correct horse battery",
        "correct\u00a0horse battery",
      ]);
    },
  },
  {
    name: "verify() folds no case (R5)",
    async check(hasher) {
      await assertTellsApart(hasher, [PASSWORD, PASSWORD.toUpperCase(), "Correct horse battery staple"]);
    },
  },
  {
    name: "verify() takes composed and decomposed spellings for one password (R6)",
    async check(hasher) {
      const composed = "caf\u00e9 \u00c5ngstr\u00f6m \ud55c\uae00";
      const decomposed = composed.normalize("NFD");
      assert.notEqual(composed, decomposed);
      assert.equal(await hasher.verify(decomposed, await hasher.hash(composed)), true, "decomposed at login");
      assert.equal(await hasher.verify(composed, await hasher.hash(decomposed)), true, "composed at login");
    },
  },
  {
    name: "verify() tells compatibility characters apart: NFC, not NFKC (R6)",
    async check(hasher) {
      await assertTellsApart(hasher, ["of\ufb01ce keys in here", "office keys in here"]);
      await assertTellsApart(hasher, ["\uff41\uff42\uff43 and fifteen", "abc and fifteen"]);
    },
  },
  {
    name: "hash() refuses a lone surrogate, and verify() is never true for one (R6)",
    async check(hasher) {
      await assert.rejects(async () => await hasher.hash(`${PASSWORD}\ud800`), isTypedRefusal);
      const hash = await hasher.hash(`${PASSWORD}\ufffd`);
      for (const surrogate of ["\ud800", "\udfff"]) {
        assert.notEqual(await hasher.verify(PASSWORD + surrogate, hash).catch(asTypedRefusal), true);
      }
    },
  },
  {
    name: "verify() counts the bytes after the 72nd (R3)",
    async check(hasher) {
      await assertCountsByte(hasher, 73);
    },
  },
  {
    name: "verify() counts the bytes up to the 200th and the last (R3)",
    async check(hasher) {
      await assertCountsByte(hasher, 200);
      await assertCountsByte(hasher, 256);
      await assertTellsApart(hasher, ["a".repeat(200), "a".repeat(201)]);
    },
  },
  {
    name: "verify() counts what follows a NUL",
    async check(hasher) {
      await assertTellsApart(hasher, ["before\u0000after the nul", "before\u0000after the null", "before"]);
      await assertTellsApart(hasher, [PASSWORD, `${PASSWORD}\u0000`]);
    },
  },
  {
    name: "hash() takes 256 code points of 4 bytes and counts the last (R3)",
    async check(hasher) {
      const start = "\u{1F511}".repeat(255);
      await assertTellsApart(hasher, [`${start}\u{1F512}`, `${start}\u{1F513}`]);
    },
  },
  {
    name: "hash() of the empty password verifies that alone",
    async check(hasher) {
      const hash = await hasher.hash("");
      assert.equal(await hasher.verify("", hash), true);
      await assertRefusesAll(hasher, hash, [" ", "\u0000", PASSWORD]);
      assert.equal(await hasher.verify("", await hasher.hash(PASSWORD)), false);
    },
  },
  {
    name: "verify() is false, and rejects nothing, for a malformed or foreign hash",
    async check(hasher) {
      for (const hash of UNREADABLE_OR_FOREIGN) {
        assert.equal(await hasher.verify(PASSWORD, hash), false, JSON.stringify(hash.slice(0, 40)));
      }
    },
  },
  {
    name: "verify() is false for its own hash, damaged",
    async check(hasher) {
      const hash = await hasher.hash(PASSWORD);
      for (const [damage, damaged] of Object.entries(damagedForms(hash))) {
        assert.equal(await hasher.verify(PASSWORD, damaged), false, damage);
      }
    },
  },
  {
    name: "verify() refuses an absurd cost before computing it (R14)",
    async check(hasher): Promise<string | void> {
      const hash = await hasher.hash(PASSWORD);
      if (!/^\$argon2id?\$v=\d+\$m=\d+,t=\d+,/.test(hash)) {
        return "not an argon2 hash: its cost cannot be raised here";
      }
      // Passes first: a hasher that computes them fails here, before it is asked for 8 GiB.
      await assertRefusesSooner(hasher, hash.replace(/,t=\d+,/, ",t=1000,"));
      await assertRefusesSooner(hasher, hash.replace(/\$m=\d+,/, "$$m=8388608,"));
    },
  },
  {
    name: "needsRehash() is false for a fresh hash of its own",
    async check(hasher) {
      assert.equal(await hasher.needsRehash(await hasher.hash(PASSWORD)), false);
    },
  },
  {
    name: "needsRehash() is true for a hash it cannot read",
    async check(hasher) {
      for (const hash of ["", "not a hash", "$unknown$v=1$c29tZXNhbHQ$AAAA"]) {
        assert.equal(await hasher.needsRehash(hash), true, JSON.stringify(hash));
      }
    },
  },
  {
    name: "hash() and verify() do not mix up twenty callers at once",
    async check(hasher) {
      const passwords = Array.from({ length: 20 }, (_, index) => `the password of caller ${index}`);
      const hashes = await settledValues(passwords.map((password) => hasher.hash(password)));
      const asked = [...hashes].flatMap(([index, hash]) => [
        { right: true, answer: hasher.verify(`the password of caller ${index}`, hash) },
        { right: false, answer: hasher.verify(`the password of caller ${index + 1}`, hash) },
      ]);
      const answers = await settledValues(asked.map(({ answer }) => answer));
      assert.ok(answers.size > 0, "every caller was refused");
      for (const [index, answer] of answers) assert.equal(answer, asked[index]?.right);
    },
  },
];

/**
 * The contract of a password hasher, as cases for any test runner.
 *
 * @param open makes a hasher, of the same configuration each time
 * @returns one case for each promise; independent of each other
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FastPasswordHasher, passwordHasherCases } from "@userharbor/core/testing";
 *
 * const cases = passwordHasherCases(() => new FastPasswordHasher());
 * // With a test runner: for (const { name, run } of cases) test(name, run);
 * for (const { run } of cases) await run();
 * assert.ok(cases.some(({ name }) => name.startsWith("verify() trims nothing")));
 * ```
 */
export function passwordHasherCases(open: () => PasswordHasher | Promise<PasswordHasher>): ContractCase[] {
  return CASES.map(({ name, check }) => ({
    name,
    run: () => useOpened(open, (hasher) => check(hasher, open)),
  }));
}

/** Each password verifies its own hash and none of the others'. */
async function assertTellsApart(hasher: PasswordHasher, passwords: readonly string[]): Promise<void> {
  for (const [index, password] of passwords.entries()) {
    const hash = await hasher.hash(password);
    for (const [other, candidate] of passwords.entries()) {
      assert.equal(
        await hasher.verify(candidate, hash),
        other === index,
        `candidate ${other}, hash ${index}`,
      );
    }
  }
}

async function assertCountsByte(hasher: PasswordHasher, position: number): Promise<void> {
  const differing = (byte: string) => `${"a".repeat(position - 1)}${byte}${"a".repeat(256 - position)}`;
  await assertTellsApart(hasher, [differing("b"), differing("c")]);
}

async function assertRefusesAll(
  hasher: PasswordHasher,
  hash: string,
  passwords: readonly string[],
): Promise<void> {
  for (const password of passwords) {
    assert.equal(await hasher.verify(password, hash), false, JSON.stringify(password));
  }
}

/** How often a refusal is timed beside a hash: the runtime may pause in some of them, but not in most. */
const REFUSALS_TIMED = 9;

/** False, and sooner than one hash at the configured cost, however fast or slow the machine is. */
async function assertRefusesSooner(hasher: PasswordHasher, hash: string): Promise<void> {
  const refuse = async () => assert.equal(await hasher.verify(PASSWORD, hash), false);
  let sooner = 0;
  for (let time = 0; time < REFUSALS_TIMED; time++) {
    if (await elapsedMs(refuse) < await elapsedMs(() => hasher.hash(PASSWORD))) sooner++;
  }
  assert.ok(sooner > REFUSALS_TIMED / 2, "computed a hash of absurd cost");
}

async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function damagedForms(hash: string): Readonly<Record<string, string>> {
  const middle = Math.floor((hash.lastIndexOf("$") + hash.length) / 2);
  const altered = hash[middle] === "a" ? "b" : "a";
  return {
    "cut short": hash.slice(0, -4),
    "without its last segment": hash.slice(0, hash.lastIndexOf("$")),
    "with one character altered": `${hash.slice(0, middle)}${altered}${hash.slice(middle + 1)}`,
    "with more characters": `${hash}AAAA`,
    "with another segment": `${hash}$AAAA`,
    "with a line feed": `${hash}\n`,
    "after a space": ` ${hash}`,
    "twice": hash + hash,
  };
}

function encodedForms(text: string): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  const base64 = btoa(text).replaceAll("=", "");
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [text, base64, base64.replaceAll("+", "-").replaceAll("/", "_"), hex, encodeURIComponent(text)];
}

/** What resolved, by index. A hasher that bounds its work may refuse some callers, and only as overloaded. */
async function settledValues<T>(promises: readonly Promise<T>[]): Promise<Map<number, T>> {
  const values = new Map<number, T>();
  for (const [index, outcome] of (await Promise.allSettled(promises)).entries()) {
    if (outcome.status === "fulfilled") values.set(index, outcome.value);
    else if (!isUserHarborError(outcome.reason) || outcome.reason.code !== "overloaded") throw outcome.reason;
  }
  return values;
}

function isTypedRefusal(error: unknown): boolean {
  return isUserHarborError(error) || (error instanceof Error && /^(?:Type|Range)Error$/.test(error.name));
}

function asTypedRefusal(error: unknown): false {
  if (!isTypedRefusal(error)) throw error;
  return false;
}
