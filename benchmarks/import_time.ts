/**
 * What it takes to import the core, as it is packed for npm and as it lies here, beside an empty module and beside
 * better-auth, each in a process of its own. Time is that of the processor.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { median } from "./_interleave.ts";

/** The peer, installed for this run alone. */
const PEER = "better-auth@1.7.25";

const ROUNDS = 15;

/** Says how many milliseconds a processor worked to import a module: a busy computer makes nobody work longer. */
function programOf(module: string): string {
  return `import { cpuUsage } from "node:process";
    const before = cpuUsage();
    await import("${module}");
    const { user, system } = cpuUsage(before);
    console.log((user + system) / 1_000);`;
}

/** What one module takes to import. */
export interface ImportTime {
  /** The median round, in milliseconds. */
  readonly medianMilliseconds: number;
  /** Beyond what an empty module took in the same round, and of that the median. */
  readonly aboveEmptyMilliseconds: number;
}

/** How one module is imported. */
interface Importing {
  /** The contender that imports nothing in the same way. */
  readonly empty: string;
  readonly command: readonly [program: string, ...args: string[]];
}

/**
 * Measures imports in turns.
 *
 * @returns what each took, by name, and how many packages the peer brings
 * @throws {Error} when there is no Node.js, or the peer cannot be installed
 */
export function importTime(): {
  readonly imports: Readonly<Record<string, ImportTime>>;
  readonly peerPackages: number;
} {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const built = `${root}npm/core/esm/mod.js`;
  if (!existsSync(built)) execFileSync(Deno.execPath(), ["task", "build:npm", "--engine=tsc"], { cwd: root });
  const folder = mkdtempSync(`${tmpdir()}/userharbor-import-`);
  try {
    writeFileSync(`${folder}/empty.js`, "export {};\n");
    writeFileSync(`${folder}/package.json`, '{ "type": "module" }\n');
    const npm = ["install", "--ignore-scripts", "--no-audit", "--no-fund", PEER];
    execFileSync("npm", npm, { cwd: folder, stdio: "ignore" });
    const node = (module: string): Importing => ({
      empty: "Node.js: nothing",
      command: ["node", "--input-type=module", "--eval", programOf(module)],
    });
    const deno = (module: string): Importing => ({
      empty: "Deno: nothing",
      command: [Deno.execPath(), "eval", "--no-lock", "--ext=js", programOf(module)],
    });
    const imports = measure({
      "Node.js: nothing": node(`${folder}/empty.js`),
      "Node.js: @userharbor/core": node(built),
      [`Node.js: ${PEER}`]: node(`${folder}/node_modules/better-auth/dist/index.mjs`),
      "Deno: nothing": deno(`file://${folder}/empty.js`),
      "Deno: @userharbor/core, from its sources": deno(`file://${root}mod.ts`),
    });
    return { imports, peerPackages: countPackages(`${folder}/node_modules`) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(importings: Readonly<Record<string, Importing>>): Record<string, ImportTime> {
  const names = Object.keys(importings);
  const rounds: Record<string, number>[] = [];
  // The first round fills the caches and is not counted; every other goes backwards.
  for (let round = 0; round <= ROUNDS; round++) {
    const order = round % 2 === 0 ? names : names.toReversed();
    const measured = Object.fromEntries(order.map((name) => [name, importOnce(importings[name])]));
    if (round > 0) rounds.push(measured);
  }
  return Object.fromEntries(names.map((name) => {
    const own = rounds.map((measured) => measured[name] ?? NaN);
    const empty = rounds.map((measured) => measured[importings[name]?.empty ?? ""] ?? NaN);
    return [name, {
      medianMilliseconds: median(own),
      aboveEmptyMilliseconds: median(own.map((milliseconds, round) => milliseconds - (empty[round] ?? NaN))),
    }];
  }));
}

function importOnce(importing: Importing | undefined): number {
  const [program = "", ...args] = importing?.command ?? [];
  return Number(execFileSync(program, args, { encoding: "utf8" }));
}

/** Packages of a scope lie one folder deeper. */
function countPackages(folder: string): number {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  return names.map((name) => name.startsWith("@") ? readdirSync(`${folder}/${name}`).length : 1)
    .reduce((sum, count) => sum + count, 0);
}
