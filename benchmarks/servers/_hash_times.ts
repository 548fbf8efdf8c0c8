/**
 * Measures hashers on whichever of Deno, Node.js and Bun runs this, and prints the outcome as JSON.
 *
 * @module
 */

import { Argon2PasswordHasher } from "@userharbor/argon2";
import { readFileSync } from "node:fs";
import process from "node:process";
import { COSTS, nameOf, portableHashers } from "./_hash_subjects.ts";

const ROUNDS = 5;
const HASHES = 6;
const PASSWORD = "seven quiet otters at dawn";

const modules = ["simd", "no-simd"].map((name) =>
  new WebAssembly.Module(new Uint8Array(readFileSync(`node_modules/argon2id/dist/${name}.wasm`)))
);
const hashers = new Map([
  ...COSTS.map((cost) => [`native ${nameOf(cost)}`, new Argon2PasswordHasher(cost)] as const),
  ...portableHashers(modules),
]);
const milliseconds: Record<string, number> = {};
for (const [name, hasher] of hashers) {
  await hasher.hash(PASSWORD);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let hash = 0; hash < HASHES; hash++) await hasher.hash(PASSWORD);
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / 1_000 / HASHES);
  }
  milliseconds[name] = Math.min(...rounds);
}
console.log(JSON.stringify(milliseconds));
