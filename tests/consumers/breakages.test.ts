/**
 * What would become of these tests if a package were broken: each breakage is made on a copy.
 *
 * @module
 */

import assert from "node:assert/strict";
import test from "node:test";
import { compile, NODE, run } from "./_application.ts";
import { type Breakage, breakPackage } from "./_broken.ts";
import type { PackedManifest } from "../../scripts/_packed_packages.ts";
import { complaintsOf, packagesNamedIn, typeProblemsOf } from "./_published_shape.ts";
import { runNpm } from "../../scripts/_run_npm.ts";

type Change = Breakage["change"];

/** Loads what the package exports, as `runtimes.test.ts` does. */
async function load(project: { readonly folder: string }, ...specifiers: string[]) {
  return await run([NODE, `${project.folder}/every_entry.mjs`, ...specifiers], project.folder);
}

async function pack(folder: string): Promise<string> {
  const name = (await runNpm(["pack", "--ignore-scripts"], folder)).trim().split("\n").at(-1);
  return `${folder}/${name}`;
}

/** Sets one path among the exports. */
function exporting(key: string, side: "import" | "require", change: Record<string, string>): Change {
  return (manifest) => {
    const entry = manifest.exports[key];
    assert.ok(entry !== undefined && typeof entry !== "string");
    const changed = { ...entry, [side]: { ...entry[side], ...change } };
    return { ...manifest, exports: { ...manifest.exports, [key]: changed } };
  };
}

const asItIs: Change = (manifest) => manifest;

test("a package that is not broken passes all that finds the breakages below", async () => {
  const core = await breakPackage({ name: "@userharbor/core", change: asItIs });
  const loaded = await load(core, "@userharbor/core", "@userharbor/core/testing");
  assert.ok(loaded.success, loaded.output);
  const tarball = await pack(core.broken);
  assert.deepEqual([...await complaintsOf(tarball), ...await typeProblemsOf(tarball)], []);
  const smtp = await breakPackage({ name: "@userharbor/smtp", change: asItIs });
  const sent = await load(smtp, "@userharbor/smtp");
  assert.ok(sent.success, sent.output);
});

test("a broken export is noticed by publint, by attw and by whoever imports it", async () => {
  const change = exporting("./testing", "import", { default: "./esm/gone.js", types: "./esm/gone.d.ts" });
  const project = await breakPackage({ name: "@userharbor/core", change });
  const { success, output } = await load(project, "@userharbor/core/testing");
  assert.equal(success, false);
  assert.match(output, /ERR_MODULE_NOT_FOUND/);
  const tarball = await pack(project.broken);
  assert.match((await complaintsOf(tarball)).join("\n"), /FILE_DOES_NOT_EXIST/);
  assert.match((await typeProblemsOf(tarball)).join("\n"), /NoResolution/);
});

test("an export that is missing is noticed by whoever imports it", async () => {
  function change(manifest: PackedManifest): PackedManifest {
    const { "./testing": _, ...exports } = manifest.exports;
    return { ...manifest, exports };
  }
  const project = await breakPackage({ name: "@userharbor/core", change });
  const { success, output } = await load(project, "@userharbor/core/testing");
  assert.equal(success, false);
  assert.match(output, /ERR_PACKAGE_PATH_NOT_EXPORTED/);
});

for (const [name, needed] of [["@userharbor/smtp", "nodemailer"], ["@userharbor/http", "@userharbor/core"]]) {
  test(`a missing dependency of ${name} is noticed by whoever installs it`, async () => {
    assert.ok(name !== undefined && needed !== undefined);
    function change(
      { dependencies = {}, peerDependencies = {}, ...manifest }: PackedManifest,
    ): PackedManifest {
      const [kept, keptPeers] = [dependencies, peerDependencies].map((all) =>
        Object.fromEntries(Object.entries(all).filter(([each]) => each !== needed))
      );
      return { ...manifest, dependencies: kept ?? {}, peerDependencies: keptPeers ?? {} };
    }
    const project = await breakPackage({ name, change });
    const { success, output } = await load(project, name);
    assert.equal(success, false);
    assert.match(output, /ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND/);
    assert.ok(output.includes(needed), output);
    assert.ok((await packagesNamedIn(`${project.broken}/`)).includes(needed));
  });
}

test("a wrong type condition is noticed by attw and by the compiler", async () => {
  const change = exporting(".", "require", { types: "./esm/mod.d.ts" });
  const project = await breakPackage({ name: "@userharbor/core", change });
  const problems = (await typeProblemsOf(await pack(project.broken))).join("\n");
  assert.match(problems, /FalseESM/);
  await Deno.writeTextFile(
    `${project.folder}/required.cts`,
    'import { UserHarbor } from "@userharbor/core";\nexport const harbor = UserHarbor;\n',
  );
  const options = { module: "node16", noEmit: true, types: [] };
  const { success, output } = await compile(project.folder, { options });
  assert.equal(success, false);
  assert.match(output, /required\.cts.*TS1479/);
});

test("types that come after the module are noticed by publint", async () => {
  function change(manifest: PackedManifest): PackedManifest {
    const entry = manifest.exports["."];
    assert.ok(entry !== undefined && typeof entry !== "string");
    const { types, default: module } = entry.import;
    const exports = { ...manifest.exports, ".": { ...entry, import: { default: module, types } } };
    return { ...manifest, exports };
  }
  const project = await breakPackage({ name: "@userharbor/core", change });
  const complaints = (await complaintsOf(await pack(project.broken))).join("\n");
  assert.match(complaints, /EXPORTS_TYPES_SHOULD_BE_FIRST/);
});
