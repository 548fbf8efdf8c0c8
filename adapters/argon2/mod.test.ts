import assert from "node:assert/strict";
import { test } from "node:test";

import { isUserHarborError, type PasswordHasher } from "@userharbor/core";
import { passwordHasherCases } from "@userharbor/core/testing";

import { Argon2PasswordHasher, type Argon2PasswordHasherOptions, HashLimiter } from "./mod.ts";
import { parseArgon2id } from "./phc.ts";

const PASSWORD = "seven quiet otters at dawn";

/** Version 19 hashes from the tests of the reference implementation (phc-winner-argon2, `src/test.c`). */
const REFERENCE: readonly { readonly password: string; readonly hash: string }[] = [
  {
    password: "password",
    hash: "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
  },
  {
    password: "password",
    hash: "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
  },
  {
    password: "password",
    hash: "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
  },
  {
    password: "password",
    hash: "$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg",
  },
  {
    password: "password",
    hash: "$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$kCXUjmjvc5XMqQedpMTsOv+zyJEf5PhtGiUghW9jFyw",
  },
  {
    password: "differentpassword",
    hash: "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94",
  },
  {
    password: "password",
    hash: "$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw",
  },
];

for (const { name, run } of passwordHasherCases(() => new Argon2PasswordHasher())) {
  test(`Argon2PasswordHasher: ${name}`, async () => {
    await run();
  });
}

test("verify() agrees with the reference implementation (R12)", async () => {
  const hasher = new Argon2PasswordHasher();
  for (const { password, hash } of REFERENCE) {
    assert.equal(await hasher.verify(password, hash), true, hash);
    assert.equal(await hasher.verify(`${password}!`, hash), false, hash);
  }
});

test("hash() is version 19 with the configured cost, a salt of 16 bytes and a tag of 32 (R12)", async () => {
  const settings: readonly Argon2PasswordHasherOptions[] = [
    {},
    { memoryKib: 47_104, iterations: 1 },
    { memoryKib: 12_288, iterations: 3 },
    { memoryKib: 20_000, iterations: 2, parallelism: 4 },
  ];
  for (const options of settings) {
    const { memoryKib = 19_456, iterations = 2, parallelism = 1 } = options;
    const hash = await new Argon2PasswordHasher(options).hash(PASSWORD);
    const expected = { memoryKib, iterations, parallelism, saltBytes: 16, tagBytes: 32 };
    assert.deepEqual(parseArgon2id(hash), expected);
  }
});

test("hash() never uses a salt twice (R12)", async () => {
  const hasher = new Argon2PasswordHasher();
  const salts = new Set<string | undefined>();
  for (let round = 0; round < 20; round++) salts.add((await hasher.hash(PASSWORD)).split("$")[4]);
  assert.equal(salts.size, 20);
});

test("Argon2PasswordHasher() accepts a cost iff OWASP ASVS approves it, up to the ceiling (R12)", () => {
  const floors = new Map([[1, 47_104], [2, 19_456]]);
  for (let iterations = 1; iterations <= 20; iterations++) {
    const floor = floors.get(iterations) ?? 12_288;
    for (const memoryKib of [1, 8, 12_287, 12_288, 19_455, 19_456, 47_103, 47_104, 1_048_576, 1_048_577]) {
      const make = () => new Argon2PasswordHasher({ memoryKib, iterations });
      if (memoryKib >= floor && memoryKib <= 1_048_576) assert.doesNotThrow(make);
      else {assert.throws(make, (error) =>
          error instanceof RangeError && error.message.startsWith("memoryKib "));}
    }
  }
});

test("Argon2PasswordHasher() throws a RangeError naming an option that is out of range", () => {
  const wrong: readonly Argon2PasswordHasherOptions[] = [
    { iterations: 0 },
    { iterations: 21 },
    { iterations: 2.5 },
    { parallelism: 0 },
    { parallelism: 17 },
    { parallelism: NaN },
    { memoryKib: Infinity },
    { memoryKib: 19_456.5 },
    { memoryKib: -19_456 },
  ];
  for (const options of wrong) assertThrowsNaming(RangeError, options);
});

test("Argon2PasswordHasher() throws a TypeError naming an option of the wrong type", () => {
  for (const name of ["memoryKib", "iterations", "parallelism"]) {
    assertThrowsNaming(TypeError, Object.fromEntries([[name, "19456"]]));
    assertThrowsNaming(TypeError, Object.fromEntries([[name, null]]));
  }
  assertThrowsNaming(TypeError, Object.fromEntries([["limiter", {}]]));
  assertThrowsNaming(TypeError, Object.fromEntries([["limiter", null]]));
});

test("hash() and verify() tell apart passwords that differ at byte 73 or 200 alone (R3)", async () => {
  const hasher = new Argon2PasswordHasher();
  for (const position of [73, 200]) {
    const [one, other] = ["b", "c"].map((byte) =>
      "a".repeat(position - 1) + byte + "a".repeat(256 - position)
    );
    assert.ok(one !== undefined && other !== undefined);
    assert.equal(await hasher.verify(other, await hasher.hash(one)), false);
    assert.equal(await hasher.verify(one, await hasher.hash(other)), false);
  }
});

test("hash() and verify() work on NFC and change nothing else (R5, R6)", async () => {
  const hasher = new Argon2PasswordHasher();
  const hash = await hasher.hash("\u00e9t\u00e9 \u1e9b\u0323 sous la pluie");
  assert.equal(await hasher.verify("e\u0301te\u0301 \u017f\u0323\u0307 sous la pluie", hash), true);
  assert.equal(await hasher.verify("\u00e9t\u00e9 \u1e69 sous la pluie", hash), false, "NFKC");
  assert.equal(await hasher.verify("\u00c9t\u00e9 \u1e9b\u0323 sous la pluie", hash), false, "case");
  assert.equal(await hasher.verify("\u00e9t\u00e9 \u1e9b\u0323 sous la pluie ", hash), false, "white space");
});

test("Argon2PasswordHasher() throws a TypeError naming an option that does not exist", () => {
  const misspelt: object = { memoryKiB: 65_536 };
  assert.throws(
    () => new Argon2PasswordHasher(misspelt),
    (error) => error instanceof TypeError && error.message.includes("memoryKiB"),
  );
});

test("hash() rejects with a TypeError what is no well-formed string, before it queues (R6, R17)", async () => {
  const { limiter, calls } = countingLimiter();
  const hasher = new Argon2PasswordHasher({ limiter });
  for (const value of ["\ud800", `${PASSWORD}\udc00`, "\udc00\ud800", undefined, null, 15, [PASSWORD], {}]) {
    await assert.rejects(untyped(hasher).hash(value), TypeError);
  }
  assert.equal(calls(), 0);
});

test("verify() is false for what is no well-formed string, before it queues (R6, R17)", async () => {
  const hash = await new Argon2PasswordHasher().hash(`${PASSWORD}\ufffd`);
  const { limiter, calls } = countingLimiter();
  const hasher = new Argon2PasswordHasher({ limiter });
  for (const value of [`${PASSWORD}\ud800`, "\udc00", undefined, null, 15, [PASSWORD], {}]) {
    assert.equal(await untyped(hasher).verify(value, hash), false);
  }
  assert.equal(calls(), 0);
});

test("verify() computes nothing for a hash over the ceiling, foreign or malformed (R14)", async () => {
  const hash = await new Argon2PasswordHasher().hash(PASSWORD);
  // A computation that began would take all memory, or hours.
  const hasher = new Argon2PasswordHasher({ limiter: { run: () => assert.fail("computes") } });
  const refused = [
    ...["m=1048577,t=2,p=1", "m=8388608,t=2,p=1", "m=4294967295,t=2,p=1", "m=9999999999,t=2,p=1"],
    ...["m=19456,t=21,p=1", "m=19456,t=1000,p=1", "m=19456,t=4294967295,p=1"],
    ...["m=19456,t=2,p=17", "m=19456,t=2,p=255"],
  ].map((cost) => hash.replace("m=19456,t=2,p=1", cost)).concat(
    hash.replace("v=19", "v=16"),
    hash.replace("argon2id", "argon2i"),
    hash.replace("argon2id", "argon2d"),
    `${hash}\n`,
    hash.slice(0, -2),
    "$2b$20$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
    "$scrypt$ln=31,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "",
  );
  for (const passwordHash of refused) {
    assert.notEqual(passwordHash, hash);
    assert.equal(await hasher.verify(PASSWORD, passwordHash), false, passwordHash);
  }
  for (const passwordHash of [undefined, null, 19, {}]) {
    assert.equal(await untyped(hasher).verify(PASSWORD, passwordHash), false);
  }
});

test("verify() computes hashes up to the ceiling, whatever is configured", async () => {
  const weights: number[] = [];
  const limiter = {
    run<T>(memoryKib: number, _job: () => Promise<T>): Promise<T> {
      weights.push(memoryKib);
      return Promise.reject(new Error("not computed"));
    },
  };
  const hasher = new Argon2PasswordHasher({ limiter });
  const rest = "$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  for (const cost of ["m=1048576,t=20,p=16", "m=8,t=1,p=1"]) {
    await assert.rejects(hasher.verify(PASSWORD, `$argon2id$v=19$${cost}${rest}`), /not computed/);
  }
  assert.deepEqual(weights, [1_048_576, 8], "each hash weighs its own memory, not the configured one");
});

test("verify() rejects when the native code fails: that is not a wrong password", async () => {
  const limiter = { run: () => Promise.reject(new Error("out of memory")) };
  const hash = await new Argon2PasswordHasher().hash(PASSWORD);
  await assert.rejects(new Argon2PasswordHasher({ limiter }).verify(PASSWORD, hash), /out of memory/);
});

test("needsRehash() is true iff a parameter is below the configured one (R13)", async () => {
  const hasher = new Argon2PasswordHasher({ memoryKib: 65_536, iterations: 3, parallelism: 4 });
  const needed: Readonly<Record<string, boolean>> = {
    "m=65536,t=3,p=4": false,
    "m=65537,t=3,p=4": false,
    "m=65536,t=4,p=4": false,
    "m=65536,t=3,p=5": false,
    "m=1048576,t=20,p=16": false,
    "m=65535,t=3,p=4": true,
    "m=65536,t=2,p=4": true,
    "m=65536,t=3,p=3": true,
    "m=1048576,t=2,p=16": true,
    "m=19456,t=2,p=1": true,
  };
  for (const [cost, expected] of Object.entries(needed)) {
    assert.equal(
      await hasher.needsRehash(withLengths({ cost, saltBytes: 16, tagBytes: 32 })),
      expected,
      cost,
    );
  }
});

test("needsRehash() is true for a short salt or tag, and never for a longer one (R13)", async () => {
  const hasher = new Argon2PasswordHasher();
  const cost = "m=19456,t=2,p=1";
  assert.equal(await hasher.needsRehash(withLengths({ cost, saltBytes: 15, tagBytes: 32 })), true);
  assert.equal(await hasher.needsRehash(withLengths({ cost, saltBytes: 16, tagBytes: 30 })), true);
  assert.equal(await hasher.needsRehash(withLengths({ cost, saltBytes: 48, tagBytes: 63 })), false);
});

test("needsRehash() is true for other versions and algorithms, and computes nothing (R13)", async () => {
  const { limiter, calls } = countingLimiter();
  const hasher = new Argon2PasswordHasher({ limiter });
  const own = withLengths({ cost: "m=19456,t=2,p=1", saltBytes: 16, tagBytes: 32 });
  assert.equal(await hasher.needsRehash(own), false);
  for (
    const hash of [
      own.replace("v=19", "v=16"),
      own.replace("$v=19", ""),
      own.replace("2id", "2i"),
      "",
      "$2b$12$",
    ]
  ) {
    assert.equal(await hasher.needsRehash(hash), true, hash);
  }
  assert.equal(calls(), 0);
});

test("diagnose() finds nothing where hashes verify, at the configured cost", async () => {
  const { limiter, calls } = countingLimiter();
  assert.deepEqual(await new Argon2PasswordHasher({ limiter }).diagnose(), []);
  assert.equal(calls(), 2);
});

test("diagnose() finds native code that computes nonsense, and rejects when it fails", async () => {
  const contrary = {
    async run<T>(_memoryKib: number, job: () => Promise<T>): Promise<T> {
      const result = await job();
      return typeof result === "boolean" ? !result as T : result;
    },
  };
  const findings = await new Argon2PasswordHasher({ limiter: contrary }).diagnose();
  assert.deepEqual(findings.map(({ code, level }) => [level, code]), [["unsafe", "hashes_do_not_verify"]]);
  const failing = { run: () => Promise.reject(new Error("out of memory")) };
  await assert.rejects(new Argon2PasswordHasher({ limiter: failing }).diagnose(), /out of memory/);
});

test("hash() of 100 at once keeps to the limiter and refuses the rest as overloaded (R15)", async () => {
  const limiter = new HashLimiter({ maxInFlight: 2, maxQueuedPerSlot: 4, maxWaitSeconds: 600 });
  const hasher = new Argon2PasswordHasher({ limiter });
  const started = Array.from({ length: 100 }, () => hasher.hash(PASSWORD));
  assert.equal(limiter.inFlight, 2);
  assert.equal(limiter.heldKib, 2 * 19_456);
  const outcomes = await Promise.allSettled(started);
  const refused = outcomes.flatMap((outcome) => outcome.status === "rejected" ? [outcome.reason] : []);
  assert.equal(refused.length, 100 - 2 - 8);
  for (const reason of refused) assert.equal(isUserHarborError(reason) && reason.code, "overloaded");
  assert.deepEqual([limiter.inFlight, limiter.queued, limiter.heldKib], [0, 0, 0]);
});

test("hash() and verify() of all hashers share one limiter by default, across copies of the package (R15)", async () => {
  const shared: { [key: symbol]: unknown } = globalThis as typeof globalThis & { [key: symbol]: unknown };
  const limiter = shared[Symbol.for("userharbor.argon2.limiter")];
  assert.ok(limiter instanceof HashLimiter);
  const copy: typeof import("./mod.ts") = await import(new URL("./mod.ts?copy", import.meta.url).href);
  const hashing = [new Argon2PasswordHasher(), new Argon2PasswordHasher(), new copy.Argon2PasswordHasher()]
    .map((hasher) => hasher.hash(PASSWORD));
  assert.equal(limiter.inFlight + limiter.queued, 3);
  await Promise.all(hashing);
  assert.equal(shared[Symbol.for("userharbor.argon2.limiter")], limiter);
  assert.deepEqual([limiter.inFlight, limiter.queued, limiter.heldKib], [0, 0, 0]);
});

test("hash() and verify() leave the event loop free (R16)", async () => {
  const hasher = new Argon2PasswordHasher({ memoryKib: 65_536, iterations: 10 });
  const hash = await hasher.hash(PASSWORD);
  for (const work of [() => hasher.hash(PASSWORD), () => hasher.verify(PASSWORD, hash)]) {
    // Several times, since a busy machine may suspend this thread alone.
    let turned = false;
    for (let attempt = 0; attempt < 5 && !turned; attempt++) turned = await turnsWhilePending(work);
    assert.equal(turned, true);
  }
});

async function turnsWhilePending(work: () => Promise<unknown>): Promise<boolean> {
  let pending = true;
  const done = work().finally(() => pending = false);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 0));
  const turned = pending;
  await done;
  return turned;
}

interface CountingLimiter {
  readonly limiter: Pick<HashLimiter, "run">;
  readonly calls: () => number;
}

/** The native code is called inside `run` and nowhere else. */
function countingLimiter(): CountingLimiter {
  let calls = 0;
  return {
    limiter: {
      run<T>(_memoryKib: number, job: () => Promise<T>): Promise<T> {
        calls++;
        return job();
      },
    },
    calls: () => calls,
  };
}

function withLengths(
  { cost, saltBytes, tagBytes }: { cost: string; saltBytes: number; tagBytes: number },
): string {
  const b64 = (length: number) => btoa("\0".repeat(length)).replaceAll("=", "");
  return `$argon2id$v=19$${cost}$${b64(saltBytes)}$${b64(tagBytes)}`;
}

/** As a caller without types sees it. */
function untyped(hasher: PasswordHasher): {
  readonly hash: (password: unknown) => Promise<unknown>;
  readonly verify: (password: unknown, passwordHash: unknown) => Promise<unknown>;
} {
  const { hash, verify }: { hash: CallableFunction; verify: CallableFunction } = hasher;
  return {
    hash: (password) => Reflect.apply(hash, hasher, [password]),
    verify: (password, passwordHash) => Reflect.apply(verify, hasher, [password, passwordHash]),
  };
}

function assertThrowsNaming(
  kind: typeof RangeError | typeof TypeError,
  options: Argon2PasswordHasherOptions,
): void {
  const [name = ""] = Object.keys(options);
  assert.throws(
    () => new Argon2PasswordHasher(options),
    (error) => error instanceof kind && error.message.startsWith(`${name} `),
  );
}
