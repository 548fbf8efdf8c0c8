import setupWasm, { type computeHash } from "argon2id/lib/setup.js";

import type { Argon2idCost } from "./_cost_limits.ts";

/** One hash to compute. */
export interface WasmRequest {
  /** Well-formed Unicode in NFC. */
  readonly password: string;
  /** 8 to 48 bytes. */
  readonly salt: Uint8Array;
  /** Within the ceiling. */
  readonly cost: Argon2idCost;
  /** Length of the tag, 12 to 64. */
  readonly tagBytes: number;
}

interface Instance {
  readonly compute: computeHash;
  readonly memory: WebAssembly.Memory;
}

const PAGE_BYTES = 65_536;

/** What argon2id.js lays out before the blocks of a hash. */
const SCRATCH_BYTES = 10_240;

/** What argon2id's modules demand at the start: 65 MiB, of which only what is used becomes real. */
const INITIAL_BYTES = 1_040 * PAGE_BYTES;

/** The export names of argon2id's modules that argon2id.js calls. */
const CALLED = ["G", "G2", "getLZ", "xor"];

/** One memory for all hashers of a module: an application may well make a hasher for each request. */
const instances = new WeakMap<WebAssembly.Module, Instance>();

/** Whether a value is one of argon2id's modules, compiled. */
export function isArgon2idModule(value: unknown): value is WebAssembly.Module {
  try {
    const names = new Set(WebAssembly.Module.exports(value as WebAssembly.Module).map(({ name }) => name));
    return CALLED.every((name) => names.has(name));
  } catch {
    return false;
  }
}

/**
 * Computes argon2id in WebAssembly, on this thread and in one go once the module is instantiated.
 *
 * Its memory is cleared afterwards, and given up when the hash needed more than modules have at the start.
 */
export async function computeInWasm(
  module: WebAssembly.Module,
  { password, salt, cost, tagBytes }: WasmRequest,
): Promise<Uint8Array> {
  const instance = instances.get(module) ?? await instantiate(module);
  instances.set(module, instance);
  const { compute, memory } = instance;
  const usedBytes = cost.memoryKib * 1_024 + SCRATCH_BYTES;
  try {
    // argon2id.js makes room for whole blocks of every lane alone, and fails when that leaves out too many.
    const missingBytes = usedBytes - memory.buffer.byteLength;
    if (missingBytes > 0) memory.grow(Math.ceil(missingBytes / PAGE_BYTES));
    return compute({
      password: acceptableBytes(password),
      salt,
      memorySize: cost.memoryKib,
      passes: cost.iterations,
      parallelism: cost.parallelism,
      tagLength: tagBytes,
    });
  } finally {
    // argon2id.js leaves the blocks as they are, and the first of them tell a guess from the password at no cost.
    if (memory.buffer.byteLength > INITIAL_BYTES) instances.delete(module);
    else new Uint8Array(memory.buffer).fill(0, 0, usedBytes);
  }
}

async function instantiate(module: WebAssembly.Module): Promise<Instance> {
  let memory: unknown;
  const load = (imports: WebAssembly.Imports) => {
    memory = imports.env?.memory;
    return { module, instance: new WebAssembly.Instance(module, imports) };
  };
  // Which module it is, with SIMD or without, has been decided by whoever compiled it.
  const compute = await setupWasm(load, load);
  if (!(memory instanceof WebAssembly.Memory)) throw new Error("Cannot hash: argon2id has no memory");
  return { compute, memory };
}

/**
 * The bytes to hash, in a form that argon2id.js takes whatever their number.
 *
 * It means to compare their number with 8 and compares the bytes, as text, instead: so it refuses the empty
 * password and a lone control character. RFC 9106, 3.1, allows every length.
 */
function acceptableBytes(password: string): Uint8Array {
  return Object.assign(new TextEncoder().encode(password), { valueOf: () => Number.NaN });
}
