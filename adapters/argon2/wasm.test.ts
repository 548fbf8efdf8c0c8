import assert from "node:assert/strict";
import { test } from "node:test";

import { isUserHarborError } from "@userharbor/core";
import { passwordHasherCases } from "@userharbor/core/testing";

import { compileArgon2idModules } from "./_test_wasm_modules.ts";
import { Argon2PasswordHasher, type Argon2PasswordHasherOptions } from "./mod.ts";
import { parseArgon2id } from "./phc.ts";
import { Argon2WasmPasswordHasher, type Argon2WasmPasswordHasherOptions, HashLimiter } from "./wasm.ts";

const PASSWORD = "seven quiet otters at dawn";

const MODULES = await compileArgon2idModules();
const module = MODULES.simd;

for (const { name, run } of passwordHasherCases(() => new Argon2WasmPasswordHasher({ module }))) {
  test(`Argon2WasmPasswordHasher: ${name}`, async () => {
    await run();
  });
}

interface Compared {
  readonly cost: Argon2PasswordHasherOptions;
  readonly passwords: readonly string[];
}

const COMPARED: readonly Compared[] = [
  { cost: {}, passwords: ["", "\u0005", "\u{1F511}".repeat(256)] },
  { cost: { memoryKib: 47_104, iterations: 1 }, passwords: [PASSWORD] },
  { cost: { memoryKib: 12_289, iterations: 3, parallelism: 2 }, passwords: [PASSWORD] },
  { cost: { memoryKib: 20_001, iterations: 2, parallelism: 4 }, passwords: [PASSWORD] },
];

for (const [name, module] of Object.entries(MODULES)) {
  test(`Argon2WasmPasswordHasher and the native one verify each other's hashes, ${name} (R12)`, async () => {
    for (const { cost, passwords } of COMPARED) {
      const native = new Argon2PasswordHasher(cost);
      const wasm = new Argon2WasmPasswordHasher({ module, ...cost });
      for (const password of passwords) {
        const made = { native: await native.hash(password), wasm: await wasm.hash(password) };
        assert.deepEqual(parseArgon2id(made.wasm), parseArgon2id(made.native));
        assert.equal(await wasm.verify(password, made.native), true);
        assert.equal(await native.verify(password, made.wasm), true);
        assert.equal(await native.verify(`${password}!`, made.wasm), false);
        assert.equal(await wasm.needsRehash(made.native), false);
      }
    }
  });
}

test("verify() computes more memory than the module starts with, and lanes that do not divide it", async () => {
  const cost = { memoryKib: 67_263, iterations: 1, parallelism: 16 };
  const hash = await new Argon2PasswordHasher(cost).hash(PASSWORD);
  const hasher = new Argon2WasmPasswordHasher({ module });
  assert.equal(await hasher.verify(PASSWORD, hash), true);
  assert.equal(await hasher.verify("another password", hash), false);
  assert.equal(await hasher.verify(PASSWORD, await hasher.hash(PASSWORD)), true, "and goes on");
});

test("verify() reads salts and tags of every length that the native code writes", async () => {
  const { hash } = await import("@node-rs/argon2");
  const hasher = new Argon2WasmPasswordHasher({ module });
  for (const [saltBytes, outputLen] of [[8, 12], [9, 63], [47, 13], [48, 64]] as const) {
    const salt = new Uint8Array(saltBytes).fill(7);
    const stored = await hash(PASSWORD, { memoryCost: 64, timeCost: 1, parallelism: 1, outputLen, salt });
    assert.equal(await hasher.verify(PASSWORD, stored), true, stored);
    assert.equal(await hasher.verify("another password", stored), false, stored);
  }
});

test("Argon2WasmPasswordHasher() accepts a cost iff the native one does (R12)", () => {
  for (const iterations of [0, 1, 2, 3, 20, 21, 2.5]) {
    for (const memoryKib of [8, 12_287, 12_288, 19_455, 19_456, 47_103, 47_104, 1_048_576, 1_048_577]) {
      for (const parallelism of [0, 1, 16, 17]) {
        const cost = { memoryKib, iterations, parallelism };
        assert.equal(
          isRefused(() => new Argon2WasmPasswordHasher({ module, ...cost })),
          isRefused(() => new Argon2PasswordHasher(cost)),
        );
      }
    }
  }
});

test("Argon2WasmPasswordHasher() throws a TypeError naming what is no module of argon2id", () => {
  // The smallest module there is.
  const empty = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  for (const value of [undefined, null, {}, "simd.wasm", new Uint8Array(8), empty]) {
    assertThrowsNaming("module", () => construct({ module: value }));
  }
});

test("Argon2WasmPasswordHasher() throws a TypeError naming an option of the wrong type, or an unknown one", () => {
  for (const name of ["memoryKib", "iterations", "parallelism", "limiter", "pause"]) {
    assertThrowsNaming(name, () => construct({ module, [name]: null }));
    assertThrowsNaming(name, () => construct({ module, [name]: "2" }));
  }
  assertThrowsNaming("memoryKiB", () => construct({ module, memoryKiB: 65_536 }));
  assert.throws(() => Reflect.construct(Argon2WasmPasswordHasher, []), TypeError);
});

test("verify() of WebAssembly computes nothing for a hash over the ceiling, foreign or malformed (R14)", async () => {
  let calls = 0;
  const limiter = {
    run<T>(_memoryKib: number, job: () => Promise<T>): Promise<T> {
      calls++;
      return job();
    },
  };
  const hasher = new Argon2WasmPasswordHasher({ module, limiter });
  const hash = await hasher.hash(PASSWORD);
  const refused = ["m=1048577,t=2,p=1", "m=19456,t=21,p=1", "m=19456,t=2,p=17"]
    .map((cost) => hash.replace("m=19456,t=2,p=1", cost)).concat(`${hash}\n`, hash.slice(0, -2), "");
  for (const passwordHash of refused) assert.equal(await hasher.verify(PASSWORD, passwordHash), false);
  for (const password of ["\ud800", `${PASSWORD}\udc00`]) {
    assert.equal(await hasher.verify(password, hash), false);
    await assert.rejects(hasher.hash(password), TypeError);
  }
  assert.equal(calls, 1);
});

test("hash() of WebAssembly holds its memory in the limiter and refuses the rest as overloaded (R15)", async () => {
  const limiter = new HashLimiter({ maxInFlight: 2, maxQueuedPerSlot: 2, maxWaitSeconds: 600 });
  const hasher = new Argon2WasmPasswordHasher({ module, limiter, pause });
  const started = Array.from({ length: 20 }, () => hasher.hash(PASSWORD));
  assert.equal(limiter.inFlight, 2);
  assert.equal(limiter.heldKib, 2 * 19_456);
  const outcomes = await Promise.allSettled(started);
  const refused = outcomes.flatMap((outcome) => outcome.status === "rejected" ? [outcome.reason] : []);
  assert.equal(refused.length, 20 - 2 - 4);
  for (const reason of refused) assert.equal(isUserHarborError(reason) && reason.code, "overloaded");
  assert.deepEqual([limiter.inFlight, limiter.queued, limiter.heldKib], [0, 0, 0]);
});

test("hash() of WebAssembly lets the event loop turn between two hashes with a pause, and never without", async () => {
  const turnsBetween = async (options: Partial<Argon2WasmPasswordHasherOptions>) => {
    const limiter = new HashLimiter({ maxInFlight: 1, maxWaitSeconds: 600 });
    const hasher = new Argon2WasmPasswordHasher({ module, limiter, ...options });
    await hasher.hash(PASSWORD);
    const order: string[] = [];
    const turn = pause().then(() => order.push("turn"));
    const hashes = [1, 2].map(() => hasher.hash(PASSWORD).then(() => order.push("hash")));
    await Promise.all([turn, ...hashes]);
    return order.indexOf("turn");
  };
  assert.equal(await turnsBetween({}), 2);
  assert.ok(await turnsBetween({ pause }) < 2);
});

test("hash() of WebAssembly leaves nothing of a password in the memory it computes in", async () => {
  const memories: WebAssembly.Memory[] = [];
  const { Instance } = WebAssembly;
  const own = await compileArgon2idModules();
  // Whoever instantiates is handed the memory; there is no other way to see it.
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, [compiled, imports]) {
      memories.push(imports.env.memory);
      return new target(compiled, imports);
    },
  });
  try {
    const hasher = new Argon2WasmPasswordHasher({ module: own.simd });
    await hasher.hash(PASSWORD);
    await new Argon2WasmPasswordHasher({ module: own.simd }).hash(PASSWORD);
  } finally {
    WebAssembly.Instance = Instance;
  }
  assert.equal(memories.length, 1, "hashers of one module share one memory");
  assert.equal(new Uint8Array(memories[0]?.buffer ?? new ArrayBuffer(1)).findIndex((byte) => byte !== 0), -1);
});

test("hash() of WebAssembly rejects with the runtime's own error when the memory is not there, and goes on", async () => {
  const own = await compileArgon2idModules();
  const failure = new RangeError("out of memory");
  const { grow } = WebAssembly.Memory.prototype;
  const large = new Argon2WasmPasswordHasher({ module: own.simd, memoryKib: 131_072 });
  WebAssembly.Memory.prototype.grow = () => {
    throw failure;
  };
  try {
    await assert.rejects(large.hash(PASSWORD), (error) => error === failure);
  } finally {
    WebAssembly.Memory.prototype.grow = grow;
  }
  const hasher = new Argon2WasmPasswordHasher({ module: own.simd });
  assert.equal(await hasher.verify(PASSWORD, await hasher.hash(PASSWORD)), true);
});

test("diagnose() of WebAssembly finds nothing where hashes verify", async () => {
  assert.deepEqual(await new Argon2WasmPasswordHasher({ module }).diagnose(), []);
});

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function construct(options: object): unknown {
  return Reflect.construct(Argon2WasmPasswordHasher, [options]);
}

function isRefused(make: () => unknown): boolean {
  try {
    make();
    return false;
  } catch (error) {
    assert.ok(error instanceof RangeError);
    return true;
  }
}

function assertThrowsNaming(name: string, make: () => unknown): void {
  assert.throws(make, (error) => error instanceof TypeError && error.message.includes(name));
}
