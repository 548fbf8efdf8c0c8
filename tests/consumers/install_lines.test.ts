import assert from "node:assert/strict";
import test from "node:test";
import { entryPoints, packedPackages } from "../../scripts/_packed_packages.ts";
import { installLines } from "../docs/_install_lines.ts";
import { codeBlocks } from "../docs/_markdown.ts";
import { makeProject, NODE, PROGRAMS, run, RUNTIMES } from "./_application.ts";

const packed = await packedPackages();

/** What "Embed it" of the README shows. */
const [example] = codeBlocks("README.md").filter(({ language }) => language === "ts");

/** Installs with a line of the README in a project of its own: from what was packed in the place of the registry. */
async function install(runtime: string, folder: string): Promise<void> {
  const line = installLines().find((each) => each.runtime === runtime);
  const packages = line?.packages.map((name) => packed.find((each) => each.name === name)?.tarball ?? name) ??
    [];
  const [program = "", ...args] = line?.command ?? [];
  const command = program === "bun" ? [...RUNTIMES["Bun"] ?? [], ...args] : [program, ...args];
  await Deno.writeTextFile(`${folder}/package.json`, '{ "private": true, "type": "module" }');
  const { success, output } = await run([...command, ...packages], folder);
  assert.ok(success, output);
}

for (
  const [runtime, programs] of Object.entries({ "Node.js": ["Node.js 22", "Node.js 24"], "Bun": ["Bun"] })
) {
  test(`the README's line for ${runtime} brings all that its example needs`, async () => {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    try {
      await install(runtime, folder);
      await Deno.writeTextFile(`${folder}/example.ts`, example?.text ?? "");
      for (const program of programs) {
        const { success, output } = await run([...RUNTIMES[program] ?? [], "example.ts"], folder);
        assert.ok(success, output);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

test("the README's line for Workers brings all that its packages import", async () => {
  const folder = await makeProject();
  await install("Workers", folder);
  const { packages = [] } = installLines().find((each) => each.runtime === "Workers") ?? {};
  const all = packed.filter(({ name }) => packages.includes(name)).flatMap(entryPoints);
  await Deno.copyFile(`${PROGRAMS}every_entry.mjs`, `${folder}/every_entry.mjs`);
  const { success, output } = await run([NODE, "every_entry.mjs", ...all], folder);
  assert.ok(success, output);
});
