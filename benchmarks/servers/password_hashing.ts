/**
 * What a password hash costs on each runtime: processor time, of which a busy computer changes the least.
 *
 * Prints a table as adapters/argon2/README.md has it. Linux only, whose `/proc` tells what workerd used.
 *
 * @module
 */

import { build, stop } from "esbuild";
import { Miniflare } from "miniflare";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

type Times = Readonly<Record<string, number>>;

const NATIVE = "@node-rs/argon2@2.2.1";
const WASM = "argon2id@1.0.1";
const RUNTIMES = [["deno", Deno.version.deno], ["node", "24.21.0"], ["bun", "1.4.5"]] as const;

const WORKERD_ROUNDS = 5;
const WORKERD_HASHES = 10;

/** What the kernel counts processor time in. */
const TICK_MS = 10;

async function output(command: string, args: readonly string[], cwd: string): Promise<string> {
  const ran = await new Deno.Command(command, { args: [...args], cwd, stderr: "inherit" }).output();
  if (!ran.success) throw new Error(`Cannot run ${command} ${args.join(" ")}`);
  return new TextDecoder().decode(ran.stdout).trim();
}

/** The project's own packages as the tests of real servers have them. */
function packagePaths(): Record<string, string> {
  const config = new URL("../../tests/services/deno.json", import.meta.url);
  const { imports }: { readonly imports: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(config, "utf8"),
  );
  const own = Object.entries(imports).filter(([name]) => name.startsWith("@userharbor/"));
  return Object.fromEntries(own.map(([name, path]) => [name, fileURLToPath(new URL(path, config))]));
}

/** What runs in workerd: modules are imported there, and nowhere compiled. */
const WORKER = `
  import simd from "argon2id/dist/simd.wasm";
  import noSimd from "argon2id/dist/no-simd.wasm";
  import { hashWorker } from "./_hash_worker.ts";
  export default hashWorker([simd, noSimd]);
`;

async function bundle(source: string, { folder, name }: { folder: string; name: string }): Promise<string> {
  const outfile = `${folder}/${name}.mjs`;
  await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    format: "esm",
    platform: "neutral",
    external: ["node:*", "@node-rs/argon2", "*.wasm"],
    alias: packagePaths(),
    nodePaths: [`${folder}/node_modules`],
    outfile,
  });
  return outfile;
}

async function timesOn([name, version]: readonly [string, string], program: string): Promise<Times> {
  const folder = program.replace(/\/[^/]*$/, "");
  if (name === "deno") return JSON.parse(await output(Deno.execPath(), ["run", "-A", program], folder));
  const asked = await output("npx", ["--yes", `${name}@${version}`, "--print", "process.execPath"], folder);
  return JSON.parse(await output(asked.split("\n").at(-1) ?? "", [program], folder));
}

async function workerdMs(): Promise<number> {
  const pids = (await output("ps", ["-o", "pid=,comm=", "--ppid", String(Deno.pid)], ".")).split("\n");
  const pid = pids.find((line) => line.includes("workerd"))?.trim().split(/\s+/)[0];
  const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/, "").trim().split(/\s+/)
    .slice(11, 13);
  return (Number(user) + Number(system)) * TICK_MS;
}

async function timesOnWorkerd(folder: string): Promise<Times> {
  const worker = await bundle(WORKER, { folder, name: "worker" });
  const wasm = ["simd", "no-simd"].map((name) => ({
    type: "CompiledWasm" as const,
    path: `argon2id/dist/${name}.wasm`,
    contents: readFileSync(`${folder}/node_modules/argon2id/dist/${name}.wasm`),
  }));
  const workerd = new Miniflare({
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: readFileSync(worker, "utf8") },
      ...wasm,
    ],
    compatibilityDate: "2026-04-01",
  });
  const milliseconds: Record<string, number> = {};
  try {
    const ask = (name: string, hashes: number) =>
      workerd.dispatchFetch(`http://localhost/?${new URLSearchParams({ name, hashes: String(hashes) })}`);
    const names = await (await ask("", 0)).json() as readonly string[];
    for (const name of names) {
      await (await ask(name, 1)).text();
      const rounds: number[] = [];
      for (let round = 0; round < WORKERD_ROUNDS; round++) {
        const before = await workerdMs();
        await (await ask(name, WORKERD_HASHES)).text();
        rounds.push((await workerdMs() - before) / WORKERD_HASHES);
      }
      milliseconds[name] = Math.min(...rounds);
    }
  } finally {
    await workerd.dispose();
  }
  return milliseconds;
}

const folder = await Deno.makeTempDir();
try {
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ private: true, type: "module" }));
  await output("npm", ["install", "--no-audit", "--no-fund", NATIVE, WASM], folder);
  const program = await bundle('import "./_hash_times.ts";', { folder, name: "times" });
  const columns: [string, Times][] = [];
  for (const runtime of RUNTIMES) columns.push([runtime.join(" "), await timesOn(runtime, program)]);
  columns.push(["workerd", await timesOnWorkerd(folder)]);
  const rows = Object.keys(columns[0]?.[1] ?? {});
  console.log(`| | ${columns.map(([name]) => name).join(" | ")} |`);
  console.log(`| --- |${columns.map(() => " ---: |").join("")}`);
  for (const row of rows) {
    const cells = columns.map(([, times]) => times[row] === undefined ? "–" : Math.round(times[row]));
    console.log(`| ${row} | ${cells.join(" | ")} |`);
  }
} finally {
  await stop();
  await Deno.remove(folder, { recursive: true });
}
