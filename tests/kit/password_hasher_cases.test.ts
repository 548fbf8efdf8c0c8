import assert from "node:assert/strict";
import { test } from "node:test";

import { UserHarborError } from "../../errors.ts";
import type { PasswordHasher } from "../../interfaces.ts";
import { FastPasswordHasher } from "../../testing/fast_password_hasher.ts";
import { passwordHasherCases } from "../../testing/password_hasher_cases.ts";
import { failures } from "./_failures.ts";

for (const { name, run } of passwordHasherCases(() => new FastPasswordHasher())) {
  test(`FastPasswordHasher: ${name}`, async () => {
    await run();
  });
}

test("passwordHasherCases() names every case differently", () => {
  const names = passwordHasherCases(() => new FastPasswordHasher()).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.length >= 15);
});

test("passwordHasherCases() disposes of each hasher it opened, however the case ended", async () => {
  let open = 0;
  const disposable = () => {
    open++;
    return Object.assign(altered((password) => password.trim()), {
      [Symbol.asyncDispose]: () => Promise.resolve(void open--),
    });
  };
  assert.notDeepEqual(await failures(passwordHasherCases(disposable)), []);
  assert.equal(open, 0);
});

test("passwordHasherCases() lets a bounded hasher refuse some callers, but not all", async () => {
  const overloaded = () =>
    Promise.reject(new UserHarborError("overloaded", "Cannot hash the password: busy"));
  const bounded = (slots: number): PasswordHasher => {
    const inner = new FastPasswordHasher();
    let busy = 0;
    const run = <T>(job: () => Promise<T>): Promise<T> => {
      if (busy >= slots) return overloaded();
      busy++;
      return job().finally(() => busy--);
    };
    return {
      hash: (password) => run(() => inner.hash(password)),
      verify: (password, hash) => run(() => inner.verify(password, hash)),
      needsRehash: (hash) => inner.needsRehash(hash),
    };
  };
  assert.deepEqual(await failures(passwordHasherCases(() => bounded(4))), []);
  assert.ok((await failures(passwordHasherCases(() => bounded(0)))).includes(AT_ONCE));
});

const AT_ONCE = "hash() and verify() do not mix up twenty callers at once";

/** A hasher with one thing wrong, and the case that is there to see it. */
const BROKEN: readonly {
  readonly what: string;
  readonly caughtBy: string;
  readonly make: () => PasswordHasher;
}[] = [
  {
    what: "cuts passwords off after 72 bytes",
    caughtBy: "verify() counts the bytes after the 72nd (R3)",
    make: () => altered((password) => cut(password, 72)),
  },
  {
    what: "cuts passwords off after 128 bytes",
    caughtBy: "verify() counts the bytes up to the 200th and the last (R3)",
    make: () => altered((password) => cut(password, 128)),
  },
  {
    what: "cuts passwords off after 1 000 bytes",
    caughtBy: "hash() takes 256 code points of 4 bytes and counts the last (R3)",
    make: () => altered((password) => cut(password, 1_000)),
  },
  {
    what: "stops at a NUL",
    caughtBy: "verify() counts what follows a NUL",
    make: () => altered((password) => password.split("\u0000")[0] ?? ""),
  },
  {
    what: "trims",
    caughtBy: "verify() trims nothing (R5)",
    make: () => altered((password) => password.trim()),
  },
  {
    what: "collapses white space",
    caughtBy: "verify() keeps white space inside the password (R5)",
    make: () => altered((password) => password.replace(/\s+/g, " ")),
  },
  {
    what: "folds case",
    caughtBy: "verify() folds no case (R5)",
    make: () => altered((password) => password.toLowerCase()),
  },
  {
    what: "does not normalise",
    caughtBy: "verify() takes composed and decomposed spellings for one password (R6)",
    // Marked apart, so that the NFC of the hasher inside has nothing left to compose.
    make: () => altered((password) => Array.from(password, (character) => character.codePointAt(0)).join()),
  },
  {
    what: "normalises to NFKC",
    caughtBy: "verify() tells compatibility characters apart: NFC, not NFKC (R6)",
    make: () => altered((password) => password.normalize("NFKC")),
  },
  {
    what: "replaces lone surrogates",
    caughtBy: "hash() refuses a lone surrogate, and verify() is never true for one (R6)",
    make: () => altered((password) => password.replace(/\p{Cs}/gu, "\ufffd")),
  },
  {
    what: "does not salt",
    caughtBy: "hash() salts: two hashes of one password differ and both verify",
    make: () => changed({ hash: (password) => Promise.resolve(`$plain$${bytesToHex(password)}`) }),
  },
  {
    what: "keeps the password in the hash",
    caughtBy: "hash() does not contain the password, plain or encoded",
    make: () => changed({ hash: async (password) => `${await fast.hash(password)}$${bytesToHex(password)}` }),
  },
  {
    what: "makes hashes that are no PHC strings",
    caughtBy: "hash() is a PHC string of at most 512 ASCII characters (R12)",
    make: () => changed({ hash: async (password) => (await fast.hash(password)).slice(1) }),
  },
  {
    what: "makes hashes as long as the password",
    caughtBy: "hash() is a PHC string of at most 512 ASCII characters (R12)",
    make: () =>
      changed({ hash: async (password) => `${await fast.hash(password)}$${"a".repeat(password.length)}` }),
  },
  {
    what: "is always right",
    caughtBy: "verify() is false for another password",
    make: () => changed({ verify: () => Promise.resolve(true) }),
  },
  {
    what: "is never right",
    caughtBy: "verify() is true for the password the hash was made of",
    make: () => changed({ verify: () => Promise.resolve(false) }),
  },
  {
    what: "verifies only what it hashed itself",
    caughtBy: "verify() by another hasher is true for the same password",
    make: () => {
      const made = new Set<string>();
      return changed({
        async hash(password) {
          const hash = await fast.hash(password);
          made.add(hash);
          return hash;
        },
        verify: async (password, hash) => made.has(hash) && await fast.verify(password, hash),
      });
    },
  },
  {
    what: "rejects for a foreign hash",
    caughtBy: "verify() is false, and rejects nothing, for a malformed or foreign hash",
    make: () =>
      changed({
        async verify(password, hash) {
          if (!hash.startsWith("$fast$")) throw new Error("unknown algorithm");
          return await fast.verify(password, hash);
        },
      }),
  },
  {
    what: "reads a hash as far as it understands it",
    caughtBy: "verify() is false for its own hash, damaged",
    make: () =>
      changed({
        verify: (password, hash) =>
          fast.verify(password, /\$fast\$r=1\$\w{32}\$\w{64}/.exec(hash)?.[0] ?? ""),
      }),
  },
  {
    what: "lets the empty password in",
    caughtBy: "hash() of the empty password verifies that alone",
    make: () =>
      changed({ verify: async (password, hash) => password === "" || await fast.verify(password, hash) }),
  },
  {
    what: "always wants a rehash",
    caughtBy: "needsRehash() is false for a fresh hash of its own",
    make: () => changed({ needsRehash: () => Promise.resolve(true) }),
  },
  {
    what: "never wants a rehash",
    caughtBy: "needsRehash() is true for a hash it cannot read",
    make: () => changed({ needsRehash: () => Promise.resolve(false) }),
  },
  {
    what: "keeps the password of the newest caller",
    caughtBy: AT_ONCE,
    make: () => {
      let newest = "";
      return changed({
        async hash(password) {
          newest = password;
          await Promise.resolve();
          return await fast.hash(newest);
        },
      });
    },
  },
  {
    what: "computes whatever cost a hash asks for",
    caughtBy: "verify() refuses an absurd cost before computing it (R14)",
    make: () => costly(Infinity),
  },
];

for (const { what, caughtBy, make } of BROKEN) {
  test(`passwordHasherCases() catches a hasher that ${what}`, async () => {
    const failed = await failures(passwordHasherCases(make));
    assert.ok(failed.includes(caughtBy), `failed: ${failed.join("; ") || "nothing"}`);
  });
}

test("passwordHasherCases() accepts a hasher that refuses absurd costs (R14)", async () => {
  const [refusal] = passwordHasherCases(() => costly(20)).filter(({ name }) => name.includes("(R14)"));
  assert.equal(await refusal?.run(), undefined);
});

test("passwordHasherCases() says that the cost case does not apply to other hashes (R14)", async () => {
  const [refusal] = passwordHasherCases(() => new FastPasswordHasher()).filter(({ name }) =>
    name.includes("(R14)")
  );
  assert.equal(typeof await refusal?.run(), "string");
});

const fast = new FastPasswordHasher();

function changed(change: Partial<PasswordHasher>): PasswordHasher {
  return {
    hash: (password) => fast.hash(password),
    verify: (password, hash) => fast.verify(password, hash),
    needsRehash: (hash) => fast.needsRehash(hash),
    ...change,
  };
}

function altered(alter: (password: string) => string): PasswordHasher {
  return changed({
    hash: async (password) => await fast.hash(alter(password)),
    verify: async (password, hash) => await fast.verify(alter(password), hash),
  });
}

/** Argon2-shaped hashes whose cost is turns of the event loop. */
function costly(maxIterations: number): PasswordHasher {
  const pattern = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$(.*)$/;
  return changed({
    async hash(password) {
      await turns(10);
      return `$argon2id$v=19$m=64,t=10,p=1${await fast.hash(password)}`;
    },
    async verify(password, hash) {
      const [, memory, iterations, inner = ""] = pattern.exec(hash) ?? [];
      if (Number(iterations) > maxIterations || Number(memory) > 1_048_576) return false;
      await turns(Number(iterations));
      return iterations === "10" && await fast.verify(password, `$${inner}`);
    },
  });
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function cut(password: string, bytes: number): string {
  return new TextDecoder().decode(new TextEncoder().encode(password).slice(0, bytes));
}

function bytesToHex(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
