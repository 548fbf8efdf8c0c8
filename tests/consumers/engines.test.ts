import assert from "node:assert/strict";
import test from "node:test";
import { type Ended, run } from "./_application.ts";
import { filesIn } from "../../scripts/_packed_packages.ts";

const SCRIPTS = new URL("../../scripts/", import.meta.url).pathname;

/** A workspace with all that an engine has to deal with. */
const FILES: Readonly<Record<string, string>> = {
  "LICENSE": "MIT\n",
  "deno.json": JSON.stringify({
    name: "@userharbor/core",
    version: "0.1.0",
    license: "MIT",
    exports: { ".": "./mod.ts", "./testing": "./testing.ts" },
    workspace: ["./adapters/cli"],
    publish: { include: ["README.md", "*.ts"] },
  }),
  "README.md": "# Core\n",
  "mod.ts": "/**\n * The rules.\n *\n * @module\n */\nexport const one: number = 1;\n",
  "testing.ts": 'import { one } from "./mod.ts";\nexport const two: number = one + one;\n',
  "mod.test.ts": 'import "./mod.ts";\n',
  "adapters/cli/deno.json": JSON.stringify({
    name: "@userharbor/cli",
    version: "0.1.0",
    license: "MIT",
    exports: { ".": "./mod.ts", "./main": "./main.ts" },
    imports: { "picocolors": "npm:picocolors@1.1.1" },
  }),
  "adapters/cli/README.md": "# Command line\n",
  "adapters/cli/tables.sql": "SELECT 1;\n",
  "adapters/cli/mod.ts": "/**\n * A program.\n *\n * @module\n */\n" +
    'import { two } from "@userharbor/core/testing";\nexport const four: number = two + two;\n',
  "adapters/cli/main.ts": 'import { bold } from "picocolors";\nimport { four } from "./mod.ts";\n' +
    "console.log(bold(String(four)));\n",
};

interface Build extends Ended {
  readonly folder: string;
}

async function buildWith(engine: string, files: Readonly<Record<string, string>> = {}): Promise<Build> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  for (const [path, text] of Object.entries({ ...FILES, ...files })) {
    await Deno.mkdir(`${folder}/${path}`.replace(/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
  const config = engine === "tsc"
    ? ["--frozen", `--config=${SCRIPTS}npm_engines/tsc/deno.json`]
    : ["--no-lock", `--config=${await playedDnt(folder)}`];
  const script = `${SCRIPTS}npm_engines/${engine}/build.ts`;
  const ended = await run([Deno.execPath(), "run", "-A", "--quiet", ...config, script], folder);
  return { ...ended, folder };
}

async function playedDnt(folder: string): Promise<string> {
  await Deno.mkdir(`${folder}/.dnt`);
  const played = new URL("_played_dnt.ts", import.meta.url).href;
  const path = `${folder}/.dnt/deno.json`;
  await Deno.writeTextFile(path, JSON.stringify({ imports: { "@deno/dnt": played } }));
  return path;
}

async function readAll(folder: string, paths: readonly string[]): Promise<string[]> {
  return await Promise.all(paths.map((path) => Deno.readTextFile(`${folder}/npm/${path}`)));
}

test("both engines make packages with the same package.json, documents and program", async () => {
  const [dnt, tsc] = await Promise.all([buildWith("dnt"), buildWith("tsc")]);
  for (const { success, output } of [dnt, tsc]) assert.ok(success, output);
  const documents = (await filesIn(`${tsc.folder}/npm/`)).map((path) =>
    path.slice(`${tsc.folder}/npm/`.length)
  )
    .filter((path) => !/^\.workshop\/|\/(?:esm|script)\//.test(path));
  assert.deepEqual(documents.toSorted(), [
    "cli/LICENSE",
    "cli/README.md",
    "cli/package.json",
    "cli/tables.sql",
    "cli/userharbor.mjs",
    "core/LICENSE",
    "core/README.md",
    "core/package.json",
  ]);
  assert.deepEqual(await readAll(dnt.folder, documents), await readAll(tsc.folder, documents));
  const [manifest = ""] = await readAll(tsc.folder, ["cli/package.json"]);
  const { dependencies, peerDependencies, bin } = JSON.parse(manifest);
  assert.deepEqual(dependencies, { picocolors: "^1.1.1" });
  assert.deepEqual(peerDependencies, { "@userharbor/core": "^0.1.0" });
  assert.deepEqual(bin, { userharbor: "userharbor.mjs" });
  for (const { folder } of [dnt, tsc]) {
    for (const left of ["src", "node_modules", ".npmignore"]) {
      await assert.rejects(Deno.lstat(`${folder}/npm/core/${left}`), Deno.errors.NotFound);
    }
    await Deno.remove(folder, { recursive: true });
  }
});

test("the compiler refuses what Node.js 20 does not have, and an await that CommonJS cannot have", async () => {
  const newer = await buildWith("tsc", {
    "mod.ts": "export const one: unknown = Promise.withResolvers();\n",
  });
  assert.equal(newer.success, false);
  assert.match(newer.output, /withResolvers/);
  const waiting = await buildWith("tsc", {
    "mod.ts": "export const one: number = await Promise.resolve(1);\n",
  });
  assert.equal(waiting.success, false);
  assert.match(waiting.output, /TS1378/);
  for (const { folder } of [newer, waiting]) await Deno.remove(folder, { recursive: true });
});
