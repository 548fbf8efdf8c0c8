import assert from "node:assert/strict";
import test from "node:test";
import { findViolations, type ModuleDocs } from "../../scripts/check_jsr.ts";
import { treeOf } from "./_tree_of.ts";

const ROOT = "file:///project/";
const README = "# A package\n\n```ts\nconsole.log(1);\n```\n";
const ROOT_README = `${README}
### What runs where

| \`@userharbor/core\`, \`@userharbor/mail\`, \`@userharbor/hono\` | everywhere |

## Next
`;

function manifest(name: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ name, license: "MIT", exports: "./mod.ts", ...more });
}

const FILES: Readonly<Record<string, string>> = {
  "deno.json": manifest("@userharbor/core", {
    exports: { ".": "./mod.ts", "./testing": "./testing.ts" },
    workspace: ["./adapters/mail", "./adapters/hono"],
  }),
  "adapters/mail/deno.json": manifest("@userharbor/mail"),
  "adapters/hono/deno.json": manifest("@userharbor/hono"),
  "README.md": ROOT_README,
  "adapters/mail/README.md": README,
  "adapters/hono/README.md": README,
};

/** The paths with a violation, after some files and texts were changed. */
function pathsOf(
  files: Readonly<Record<string, string>>,
  texts: Readonly<Record<string, string>> = {},
): string[] {
  const docs = {
    "mod.ts": "A.",
    "testing.ts": "B.",
    "adapters/mail/mod.ts": "C.",
    "adapters/hono/mod.ts": "D.",
  };
  const nodes: ModuleDocs["nodes"] = Object.fromEntries(
    Object.entries({ ...docs, ...texts }).map(([path, doc]) => [ROOT + path, { module_doc: { doc } }]),
  );
  return findViolations(treeOf({ ...FILES, ...files }), { nodes, root: ROOT }).map(({ path }) => path);
}

test("findViolations() passes packages that have everything", () => {
  assert.deepEqual(pathsOf({}), []);
});

test("findViolations() refuses a README that is missing, or has no example", () => {
  const tree = new Map(treeOf(FILES));
  tree.delete("adapters/mail/README.md");
  const nodes = { [`${ROOT}mod.ts`]: { module_doc: { doc: "A." } } };
  assert.ok(
    findViolations(tree, { nodes, root: ROOT }).some(({ path }) => path === "adapters/mail/README.md"),
  );
  assert.deepEqual(pathsOf({ "adapters/hono/README.md": "# A package\n" }), ["adapters/hono/README.md"]);
});

test("findViolations() refuses an entry point without a text, and a description that is too long", () => {
  assert.deepEqual(pathsOf({}, { "testing.ts": "" }), ["testing.ts"]);
  assert.deepEqual(pathsOf({}, { "adapters/mail/mod.ts": "a".repeat(251) }), ["adapters/mail/mod.ts"]);
  assert.deepEqual(pathsOf({}, { "testing.ts": "a".repeat(251) }), []);
  assert.deepEqual(pathsOf({}, { "mod.ts": `Short.\n\n${"a".repeat(251)}` }), []);
});

test("findViolations() refuses a name that JSR does not take, and a package without a licence", () => {
  const path = "adapters/mail/deno.json";
  assert.ok(pathsOf({ [path]: manifest("@userharbor/e_mail") }).includes(path));
  assert.ok(pathsOf({ [path]: manifest("@userharbor/a-name-that-goes-on-for-long") }).includes(path));
  assert.deepEqual(pathsOf({ [path]: manifest("@userharbor/mail", { license: undefined }) }), [path]);
});

test("findViolations() refuses a package of which nothing says where it runs", () => {
  assert.deepEqual(pathsOf({ "README.md": ROOT_README.replace(", `@userharbor/hono`", "") }), ["README.md"]);
  assert.deepEqual(pathsOf({ "README.md": `${README}\nHere: \`@userharbor/mail\`\n` }).length, 3);
});
