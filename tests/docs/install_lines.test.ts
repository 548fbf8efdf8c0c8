import assert from "node:assert/strict";
import test from "node:test";
import { codeBlocks } from "./_markdown.ts";
import { installLines } from "./_install_lines.ts";

test("installLines() are those of the README, one for each runtime", () => {
  const lines = installLines();
  assert.deepEqual(lines.map(({ runtime }) => runtime), ["Deno", "Bun", "Node.js", "Workers"]);
  for (const { command, packages } of lines) {
    assert.equal(command.length, 2);
    assert.ok(packages.some((name) => name.endsWith("@userharbor/core")));
    for (const name of packages) {
      // What is not ours is pinned.
      assert.match(
        name,
        command[0] === "deno" ? /^jsr:@userharbor\// : /^@userharbor\/|^[\w-]+@\d+\.\d+\.\d+$/,
      );
    }
  }
});

test("the line for Workers is that of docs/edge.md, whose Workers are run", () => {
  const line = installLines().find(({ runtime }) => runtime === "Workers");
  const install = codeBlocks("docs/edge.md").map(({ text }) => text).find((text) =>
    text.startsWith("npm install ")
  );
  const words = install?.split(" ").slice(2) ?? [];
  assert.deepEqual(line?.packages.toSorted(), words.sort());
});

test("installLines() reads commands and packages, and nothing from other sections", () => {
  const section = "## Install\n\nText.\n\n```sh\nnpm install @a/b @a/c # Node.js\n```\n";
  const other = "## Try\n\n```sh\nnpm start # Node.js\n```\n\n";
  assert.deepEqual(installLines(`${other}${section}`), [
    { runtime: "Node.js", command: ["npm", "install"], packages: ["@a/b", "@a/c"] },
  ]);
});
