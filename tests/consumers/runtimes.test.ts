import assert from "node:assert/strict";
import test, { before } from "node:test";
import { APPLICATION, compile, makeFolder, NODE, PROGRAMS, run, RUNTIMES } from "./_application.ts";
import { entryPoints, filesIn, packedPackages } from "../../scripts/_packed_packages.ts";

const packed = await packedPackages();
const specifiers = packed.flatMap(entryPoints);

/** Each kind of module finds its own half of a package. */
const KINDS = { import: "mjs", require: "cjs" } as const;

let folder = "";

before(async () => {
  folder = await makeFolder("runtimes");
  for (const ending of ["mts", "cts"]) {
    for (const program of ["contracts", "lifecycle"]) {
      await Deno.copyFile(`${PROGRAMS}${program}.ts`, `${folder}/${program}.${ending}`);
    }
  }
  for (const program of ["both_copies.mjs", "every_entry.mjs"]) {
    await Deno.copyFile(PROGRAMS + program, `${folder}/${program}`);
  }
  // That the types fit is another test.
  const { success, output } = await compile(folder, { options: { module: "nodenext", noCheck: true } });
  assert.ok(success, output);
});

for (const [name, command] of Object.entries(RUNTIMES)) {
  for (const [how, ending] of Object.entries(KINDS)) {
    test(`the life of an account on ${name}, by ${how}`, async () => {
      const { success, output } = await run([...command, `${folder}/lifecycle.${ending}`]);
      assert.ok(success, output);
      const places = name === "Node.js 20" ? "" : ", in SQLite";
      assert.equal(output.trim(), `lived in memory, over HTTP${places}`);
    });
  }

  test(`every entry point has the same exports by import and by require on ${name}`, async () => {
    const { success, output } = await run([...command, `${folder}/every_entry.mjs`, ...specifiers]);
    assert.ok(success, output);
    assert.equal(output.trim(), `${specifiers.length} entry points`);
  });

  test(`an imported and a required copy understand each other on ${name}`, async () => {
    const { success, output } = await run([...command, `${folder}/both_copies.mjs`]);
    assert.ok(success, output);
    assert.equal(output.trim(), "understood each other");
  });
}

for (const [how, ending] of Object.entries(KINDS)) {
  test(`the published contracts hold on Node.js 20, by ${how}`, async () => {
    const { success, output } = await run([NODE, `${folder}/contracts.${ending}`]);
    assert.ok(success, output);
    assert.match(output, /^\d{3} promises kept$/m);
  });
}

test("what is installed holds no test, no source map and no path of where it was built", async () => {
  for (const { name, folder: built } of packed) {
    for (const path of await filesIn(`${APPLICATION}/node_modules/${name}/`)) {
      assert.doesNotMatch(
        path,
        /\.test\.|\/tests?\/|\.map$|(?<!\.d)\.ts$|\/node_modules\/.*\/node_modules\//,
      );
      if (!/\.(?:js|mjs|ts|json)$/.test(path)) continue;
      const text = await Deno.readTextFile(path);
      assert.equal(text.includes("sourceMappingURL"), false, path);
      assert.equal(text.includes(built.replace(/npm\/[^/]*\/$/, "")), false, path);
    }
  }
});

test("@userharbor/cli installs a program that says on Node.js 20 what it lacks", async () => {
  const program = `${APPLICATION}/node_modules/.bin/userharbor`;
  const [node20 = "", node24 = ""] = [RUNTIMES["Node.js 20"]?.[0], RUNTIMES["Node.js 24"]?.[0]];
  const help = await run([node20, program, "--help"]);
  assert.ok(help.success, help.output);
  assert.match(help.output, /^Usage: userharbor /);
  const database = `${folder}/accounts.sqlite`;
  const old = await run([node20, program, "migrate", "--database", database]);
  assert.equal(old.success, false);
  assert.match(old.output, /Node\.js 22/);
  await assert.rejects(Deno.stat(database), Deno.errors.NotFound);
  const migrated = await run([node24, program, "migrate", "--database", database]);
  assert.ok(migrated.success, migrated.output);
});
