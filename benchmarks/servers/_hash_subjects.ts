import { Argon2WasmPasswordHasher } from "@userharbor/argon2/wasm";
import type { PasswordHasher } from "@userharbor/core";
import { Pbkdf2PasswordHasher } from "@userharbor/core/pbkdf2";

/** What argon2id may cost, from the least that OWASP approves to the memory of RFC 9106's second option. */
export const COSTS = [
  { memoryKib: 19_456, iterations: 2 },
  { memoryKib: 47_104, iterations: 1 },
  { memoryKib: 65_536, iterations: 3 },
] as const;

/** What runs without native code, by name. */
export function portableHashers(modules: readonly WebAssembly.Module[]): ReadonlyMap<string, PasswordHasher> {
  const [simd, noSimd] = modules;
  if (simd === undefined || noSimd === undefined) throw new Error("Cannot measure: a module is missing");
  return new Map<string, PasswordHasher>([
    ...COSTS.map((cost) =>
      [`wasm ${nameOf(cost)}`, new Argon2WasmPasswordHasher({ module: simd, ...cost })] as const
    ),
    [`wasm without SIMD ${nameOf(COSTS[0])}`, new Argon2WasmPasswordHasher({ module: noSimd, ...COSTS[0] })],
    ...[100_000, 210_000].map((iterations) =>
      [`PBKDF2-HMAC-SHA-512 ${iterations}`, new Pbkdf2PasswordHasher({ iterations })] as const
    ),
  ]);
}

/** As the table has it. */
export function nameOf({ memoryKib, iterations }: typeof COSTS[number]): string {
  return `${memoryKib} KiB × ${iterations}`;
}
