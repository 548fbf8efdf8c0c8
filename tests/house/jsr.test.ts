import assert from "node:assert/strict";
import test from "node:test";
import { importsOf } from "../../scripts/_imports_of.ts";
import { publishOrder } from "../../scripts/_publish_order.ts";
import { readTree } from "../../scripts/_read_tree.ts";
import { versionPlaces } from "../../scripts/_version_places.ts";
import { workspacePackages } from "../../scripts/_workspace.ts";
import { projectOf } from "../../scripts/test_jsr.ts";
import { installLines } from "../docs/_install_lines.ts";
import { codeBlocks } from "../docs/_markdown.ts";
import { type LocalJsr, openLocalJsr } from "./_local_jsr.ts";
import { treeOf } from "./_tree_of.ts";

/** The two packages that tests/jsr takes from JSR as well, as far as it uses them. */
const STAND_INS = {
  "@std/assert": `
    import { ok, deepStrictEqual, rejects } from "node:assert/strict";
    export function assert(value: unknown, message?: string): asserts value { ok(value, message); }
    export function assertEquals<T>(actual: T, expected: T): void { deepStrictEqual(actual, expected); }
    export async function assertRejects(run: () => Promise<unknown>): Promise<unknown> {
      let reason: unknown;
      await rejects(run, (error: unknown) => { reason = error; return true; });
      return reason;
    }`,
  "@std/crypto": `
    import { createHash } from "node:crypto";
    function digestSync(_name: "SHA-256", bytes: Uint8Array): ArrayBuffer {
      return Uint8Array.from(createHash("sha256").update(bytes).digest()).buffer;
    }
    export const crypto: { subtle: { digestSync: typeof digestSync } } = { subtle: { digestSync } };`,
};

/** Runs a script of this project, or a command elsewhere, against a registry. */
async function run(jsr: LocalJsr, args: readonly string[], cwd = ".") {
  const env = { JSR_URL: jsr.url, NO_COLOR: "1", ...jsr.jobVariables };
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd, env })
    .output();
  return { success, output: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("") };
}

/** As the workflow does, but for what needs the network or a commit. */
async function publishAll(jsr: LocalJsr) {
  const workflow = (await readTree()).get(".github/workflows/release.yml") ?? "";
  const command = workflow.match(/run: deno (run .*scripts\/publish_jsr\.ts)$/m)?.[1]?.split(" ") ?? [];
  return run(jsr, [...command, "--allow-dirty", "--no-provenance"]);
}

/** Imports of other packages, as published, that name another range. */
function siblingsWithout(jsr: LocalJsr, range: string): string[] {
  return [...jsr.published].flatMap(([key, files]) =>
    [...files].filter(([path]) => path.endsWith(".ts") && !key.startsWith("@userharbor/core@"))
      .flatMap(([path, bytes]) =>
        importsOf(new TextDecoder().decode(bytes)).map((each) => ({ path, ...each }))
      )
      .filter(({ specifier }) => specifier.includes("@userharbor/"))
      .filter(({ specifier }) =>
        !/^jsr:@userharbor\/[a-z0-9-]+(@[^/]+)(?:\/|$)/.exec(specifier)?.[1]?.startsWith(range)
      )
      .map(({ path, specifier }) => `${key} ${path}: ${specifier}`)
  );
}

test("publishOrder() puts a package behind those that its published files import", () => {
  const tree = treeOf({
    "adapters/mail/mod.ts": 'import { Hono } from "@userharbor/hono/deep";',
    "adapters/hono/mod.ts": 'import type { User } from "@userharbor/core";',
    "adapters/hono/mod.test.ts": 'import "@userharbor/mail";',
  });
  const order = publishOrder(tree).map(({ name }) => name);
  assert.deepEqual(order, ["@userharbor/core", "@userharbor/hono", "@userharbor/mail"]);
  const circle = new Map(tree).set("adapters/hono/deep.ts", 'import "@userharbor/mail";');
  assert.throws(() => publishOrder(circle), /mail, @userharbor\/hono/);
});

test("projectOf() takes every package from JSR in the version asked for, and nothing from here", async () => {
  const tree = await readTree();
  const project = projectOf(tree, "7.8.9");
  const { imports } = JSON.parse(project.get("deno.json") ?? "");
  for (const { name } of workspacePackages(tree)) assert.equal(imports[name], `jsr:${name}@7.8.9`);
  for (const target of Object.values<string>(imports)) {
    assert.match(target, /^jsr:@[\w-]+\/[\w-]+@\d+\.\d+\.\d+$/);
  }
  assert.ok(project.has("smoke.test.ts"));
});

test("tests/jsr is formatted and linted, which the checks of the whole leave out", async () => {
  await using jsr = openLocalJsr();
  for (const args of [["fmt", "--check"], ["lint"]]) {
    const { success, output } = await run(jsr, args, "tests/jsr");
    assert.ok(success, output);
  }
});

test("packages are published once, go on where a release broke off, and pass tests/jsr as installed", async () => {
  const tree = await readTree();
  const version = versionPlaces(tree)[0]?.version ?? "";
  const expected = publishOrder(tree).map(({ name }) => `${name}@${version}`);
  await using jsr = openLocalJsr();

  jsr.refused = "@userharbor/http";
  assert.equal((await publishAll(jsr)).success, false);
  assert.deepEqual(
    [...jsr.published.keys()],
    expected.slice(0, expected.indexOf(`@userharbor/http@${version}`)),
  );

  jsr.refused = "";
  const rest = await publishAll(jsr);
  assert.ok(rest.success, rest.output);
  assert.deepEqual([...jsr.published.keys()], expected);
  const before = new Map(jsr.published);
  assert.ok((await publishAll(jsr)).success);
  for (const [name, files] of before) assert.equal(jsr.published.get(name), files, name);

  assert.deepEqual(siblingsWithout(jsr, `@^${version}`), []);

  const line = installLines().find(({ runtime }) => runtime === "Deno");
  const project = await Deno.makeTempDir();
  await Deno.writeTextFile(`${project}/deno.json`, "{}");
  const added = await run(jsr, [...line?.command.slice(1) ?? [], ...line?.packages ?? []], project);
  assert.ok(added.success, added.output);
  const { imports } = JSON.parse(await Deno.readTextFile(`${project}/deno.json`));
  const [example] = codeBlocks("README.md").filter(({ language }) => language === "ts");
  await Deno.writeTextFile(`${project}/example.ts`, example?.text ?? "");
  const embedded = await run(jsr, ["run", "-A", "--check", "example.ts"], project);
  assert.ok(embedded.success, embedded.output);
  await Deno.remove(project, { recursive: true });
  assert.equal(imports["@userharbor/core"], `jsr:@userharbor/core@^${version}`);
  assert.equal(Object.keys(imports).length, line?.packages.length);

  for (const [name, text] of Object.entries(STAND_INS)) {
    const pinned = tree.get("tests/jsr/deno.json")?.match(new RegExp(`jsr:${name}@([\\d.]+)`))?.[1];
    jsr.add(`${name}@${pinned}`, { "deno.json": '{ "exports": "./mod.ts" }', "mod.ts": text });
  }
  const smoke = await run(jsr, ["run", "-A", "scripts/test_jsr.ts", version]);
  assert.ok(smoke.success, smoke.output);
  assert.match(smoke.output, /ok \| 3 passed/);
  const absent = await run(jsr, ["run", "-A", "scripts/test_jsr.ts", "9.9.9"]);
  assert.equal(absent.success, false);
});
