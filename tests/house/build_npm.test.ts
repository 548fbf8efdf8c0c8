import assert from "node:assert/strict";
import test from "node:test";
import { npmManifest, programOf } from "../../scripts/_npm_manifest.ts";
import { type NpmPackage, npmPackages } from "../../scripts/_npm_packages.ts";
import { publishedAsIs } from "../../scripts/_published_files.ts";
import { readTree } from "../../scripts/_read_tree.ts";
import { runDeno } from "../../scripts/_run_deno.ts";
import { chooseEngine } from "../../scripts/build_npm.ts";
import { dntOptions } from "../../scripts/npm_engines/dnt/_dnt_options.ts";
import { treeOf } from "./_tree_of.ts";

const MAIL = {
  name: "@userharbor/mail",
  version: "0.1.0",
  license: "MIT",
  exports: { ".": "./mod.ts", "./main": "./main.ts", "./engine.wasm": "./engine.wasm" },
  imports: { "mail-client": "npm:@scope/mail-client@1.2.3", "for-tests": "npm:for-tests@1.0.0" },
};

function smallTree(files: Readonly<Record<string, string>> = {}) {
  const core = {
    name: "@userharbor/core",
    version: "0.1.0",
    license: "MIT",
    exports: { ".": "./mod.ts", "./transactions": "./transactions.ts" },
    workspace: ["./adapters/mail", "./adapters/hono"],
  };
  return treeOf({
    "deno.json": JSON.stringify(core),
    "mod.ts":
      "/**\n * Accounts\n * for {@link Everybody}.\n *\n * And more.\n *\n * @module\n */\nexport {};\n",
    "transactions.ts": "export {};\n",
    "adapters/mail/deno.json": JSON.stringify(MAIL),
    "adapters/mail/mod.ts": 'import { send } from "./send.ts";\nimport wasm from "./engine.wasm";\n',
    "adapters/mail/send.ts": 'import type { Mail } from "@userharbor/core";\n' +
      'import { client } from "mail-client/sub";\nimport process from "node:process";\n',
    "adapters/mail/main.ts": 'await import("@userharbor/core/transactions");\n',
    "adapters/mail/mod.test.ts": 'import "for-tests";\n',
    ...files,
  });
}

function mail(): NpmPackage {
  const [, about] = npmPackages(smallTree(), "somebody/something");
  assert.ok(about);
  return about;
}

const BUILT = Object.fromEntries([".", "./main"].map((key) => {
  const [esm, script] = ["esm", "script"].map((folder) => ({
    types: `./${folder}/${key}.d.ts`,
    default: `./${folder}/${key}.js`,
  }));
  assert.ok(esm && script);
  return [key, { import: esm, require: script }];
}));

test("npmPackages() needs what a package's modules import, and nothing that only its tests do", () => {
  const about = mail();
  assert.deepEqual(about.peerDependencies, { "@userharbor/core": "^0.1.0" });
  assert.deepEqual(about.dependencies, { "@scope/mail-client": "^1.2.3" });
  assert.deepEqual(about.exactDependencies, { "@scope/mail-client": "1.2.3" });
  assert.deepEqual(about.siblings, ["@userharbor/core", "@userharbor/core/transactions"]);
  assert.deepEqual(about.importedFiles, ["adapters/mail/engine.wasm"]);
});

test("npmPackages() leaves out what has no version, and describes the rest by its first paragraph", () => {
  const packages = npmPackages(smallTree());
  assert.deepEqual(packages.map(({ name, out }) => `${name} ${out}`), [
    "@userharbor/core npm/core/",
    "@userharbor/mail npm/mail/",
  ]);
  assert.equal(packages[0]?.description, "Accounts for Everybody.");
});

test("npmPackages() refuses an import that no deno.json gives an exact version", () => {
  const files = { "adapters/mail/send.ts": 'import "left-over";\n' };
  assert.throws(() => npmPackages(smallTree(files)), /left-over/);
  assert.throws(() => npmPackages(smallTree({ "adapters/mail/mod.ts": 'import "./gone.ts";\n' })), /gone/);
});

test("npmPackages() has every package of this workspace with a licence, a version and a description", async () => {
  const packages = npmPackages(await readTree());
  assert.ok(packages.length >= 15);
  for (const { name, license, version, description, peerDependencies } of packages) {
    assert.equal(license, "MIT", name);
    assert.equal(version, packages[0]?.version, name);
    assert.ok(description.length > 20 && description.length < 250, `${name}: ${description}`);
    const others = Object.keys(peerDependencies);
    assert.ok(name === "@userharbor/core" ? others.length === 0 : others.length > 0, name);
  }
});

test("npmManifest() exports what deno.json does, declarations first, to both kinds of module", () => {
  const manifest = npmManifest(mail(), BUILT);
  assert.deepEqual(manifest.exports, {
    ".": BUILT["."],
    "./main": BUILT["./main"],
    "./engine.wasm": "./engine.wasm",
    "./package.json": "./package.json",
  });
  assert.equal(Object.keys(BUILT["."]?.import ?? {})[0], "types");
  assert.deepEqual(manifest.typesVersions, { "*": { main: ["./script/./main.d.ts"] } });
  assert.equal(manifest.main, BUILT["."]?.require.default);
  assert.throws(() => npmManifest(mail(), {}), /was not built/);
});

test("npmManifest() installs a program, and says that its module does something when it is imported", () => {
  assert.deepEqual(programOf(mail()), { command: "userharbor", file: "userharbor.mjs" });
  const manifest = npmManifest(mail(), BUILT);
  assert.deepEqual(manifest.bin, { userharbor: "userharbor.mjs" });
  assert.deepEqual(manifest.sideEffects, ["./userharbor.mjs", "./esm/./main.js", "./script/./main.js"]);
  const { exports: _, ...core } = npmPackages(smallTree())[0] ?? mail();
  const library = npmManifest({ ...core, exports: new Map([[".", "mod.ts"]]) }, BUILT);
  assert.equal(library.sideEffects, false);
  assert.equal("bin" in library, false);
});

test("npmManifest() names the repository that the release is made from", () => {
  const manifest = npmManifest(mail(), BUILT);
  assert.deepEqual(manifest.repository, {
    type: "git",
    url: "git+https://github.com/somebody/something.git",
    directory: "adapters/mail",
  });
});

test("publishedAsIs() takes documents, SQL and WebAssembly, and no source, test or manifest", () => {
  const files = [
    "README.md",
    "deno.json",
    "engine.wasm",
    "files/one.sql",
    "mod.test.ts",
    "mod.ts",
    "tests/snapshot.txt",
    "notes/draft.md",
  ];
  const publish = { exclude: ["**/*.test.ts", "tests"] };
  const all = ["README.md", "engine.wasm", "files/one.sql", "notes/draft.md"];
  assert.deepEqual(publishedAsIs(files, publish), all);
  assert.deepEqual(publishedAsIs(files, { include: ["*.md", "files"], ...publish }), [
    "README.md",
    "files/one.sql",
  ]);
});

test("chooseEngine() takes dnt unless it is told otherwise, and refuses what it does not know", () => {
  assert.equal(chooseEngine([]), "dnt");
  assert.equal(chooseEngine(["--", "--engine=tsc"]), "tsc");
  assert.throws(() => chooseEngine(["--engine=swc"]), RangeError);
  assert.throws(() => chooseEngine(["--fast"]), TypeError);
});

test("dntOptions() leaves siblings to npm, each entry point by its own address", () => {
  const packages = npmPackages(smallTree());
  const { mappings, entryPoints } = dntOptions(mail(), { packages, root: "file:///project/" });
  assert.deepEqual(mappings, {
    "file:///project/mod.ts": { name: "@userharbor/core", version: "^0.1.0", peerDependency: true },
    "file:///project/transactions.ts": {
      name: "@userharbor/core",
      version: "^0.1.0",
      peerDependency: true,
      subPath: "transactions",
    },
  });
  assert.deepEqual(entryPoints, [
    { kind: "export", name: ".", path: "./adapters/mail/mod.ts" },
    { kind: "export", name: "./main", path: "./adapters/mail/main.ts" },
  ]);
});

test("build:npm without JSR says in one sentence what to do instead", async () => {
  const { success, output } = await runDeno(["run", "-A", "scripts/build_npm.ts"], ".", {
    JSR_URL: "http://127.0.0.1:9/",
  });
  assert.equal(success, false);
  assert.match(output.trim(), /^[^\n]*--engine=tsc[^\n]*$/);
});
