import assert from "node:assert/strict";
import test from "node:test";
import type { ModuleGraph } from "../../scripts/_bundle.ts";
import { findLeaks } from "../../scripts/_module_leaks.ts";
import { operationFiles } from "../../scripts/_operation_files.ts";
import { type WorkspacePackage, workspacePackages } from "../../scripts/_workspace.ts";
import { compareSizes, stateSizes } from "../../scripts/check_budgets.ts";

/** A core and three adapters: `sql` has two drivers, `mail` and `audit` use others. */
const PACKAGES: readonly WorkspacePackage[] = workspacePackages(
  new Map(
    Object.entries({
      "deno.json": {
        name: "@userharbor/core",
        exports: { ".": "./mod.ts", "./testing": "./testing.ts" },
        workspace: ["./adapters/audit", "./adapters/mail", "./adapters/sql"],
      },
      "adapters/audit/deno.json": { name: "@userharbor/audit", exports: "./mod.ts" },
      "adapters/mail/deno.json": {
        name: "@userharbor/mail",
        exports: { ".": "./mod.ts", "./words": "./words.ts" },
      },
      "adapters/sql/deno.json": {
        name: "@userharbor/sql",
        exports: { ".": "./mod.ts", "./one": "./drivers/one.ts", "./two": "./drivers/two.ts" },
      },
    }).map(([path, manifest]) => [path, JSON.stringify(manifest)]),
  ),
);

function graphOf(imports: Readonly<Record<string, readonly string[]>>): ModuleGraph {
  return new Map(
    Object.entries(imports).map(([path, modules]) => [
      path,
      modules.map((module) => ({ module, isDynamic: false })),
    ]),
  );
}

const CLEAN = {
  "mod.ts": ["flows/login.ts"],
  "flows/login.ts": [],
  "testing.ts": ["mod.ts", "node:assert"],
  "adapters/audit/mod.ts": ["mod.ts", "adapters/mail/words.ts"],
  "adapters/mail/mod.ts": ["adapters/mail/words.ts", "mail-client"],
  "adapters/mail/words.ts": [],
  "adapters/sql/mod.ts": ["mod.ts"],
  "adapters/sql/drivers/one.ts": ["adapters/sql/drivers/_rows.ts", "node:sqlite"],
  "adapters/sql/drivers/two.ts": ["adapters/sql/drivers/_rows.ts"],
  "adapters/sql/drivers/_rows.ts": [],
};

/** What some modules import, and the chain that is told. */
const LEAKS: readonly (readonly [entryPoint: string, changed: Record<string, string[]>, chain: string])[] = [
  ["mod.ts", { "flows/login.ts": ["node:crypto"] }, "mod.ts → flows/login.ts → node:crypto"],
  [
    "mod.ts",
    { "flows/login.ts": ["adapters/mail/words.ts"], "adapters/mail/words.ts": ["mail-client"] },
    "mod.ts → flows/login.ts → adapters/mail/words.ts",
  ],
  ["mod.ts", { "flows/login.ts": ["testing.ts"] }, "mod.ts → flows/login.ts → testing.ts"],
  ["adapters/sql/mod.ts", { "adapters/sql/mod.ts": ["testing.ts"] }, "adapters/sql/mod.ts → testing.ts"],
  [
    "adapters/audit/mod.ts",
    { "adapters/mail/words.ts": ["mail-client"] },
    "adapters/audit/mod.ts → adapters/mail/words.ts → mail-client",
  ],
  [
    "adapters/audit/mod.ts",
    { "adapters/mail/words.ts": ["adapters/sql/mod.ts"] },
    "adapters/audit/mod.ts → adapters/mail/words.ts → adapters/sql/mod.ts",
  ],
  [
    "adapters/sql/drivers/two.ts",
    { "adapters/sql/drivers/_rows.ts": ["adapters/sql/drivers/one.ts"] },
    "adapters/sql/drivers/two.ts → adapters/sql/drivers/_rows.ts → adapters/sql/drivers/one.ts",
  ],
];

for (const entryPoint of PACKAGES.flatMap((each) => each.entryPoints)) {
  test(`findLeaks() lets ${entryPoint} have what is its own, and what it imports by name`, () => {
    assert.deepEqual(findLeaks({ entryPoint, graph: graphOf(CLEAN), packages: PACKAGES }), []);
  });
}

for (const [entryPoint, changed, chain] of LEAKS) {
  test(`findLeaks() names ${chain}`, () => {
    const graph = graphOf({ ...CLEAN, ...changed });
    // What comes after the first module beyond the border is not told once more.
    assert.deepEqual(findLeaks({ entryPoint, graph, packages: PACKAGES }), [
      { path: entryPoint, message: `drags in ${chain}` },
    ]);
  });
}

test("findLeaks() lets a package that imports another as a whole have what that brings, drivers included", () => {
  const graph = graphOf({
    ...CLEAN,
    "adapters/audit/mod.ts": ["adapters/mail/mod.ts", "adapters/sql/drivers/one.ts", "adapters/sql/mod.ts"],
  });
  assert.deepEqual(findLeaks({ entryPoint: "adapters/audit/mod.ts", graph, packages: PACKAGES }), []);
});

test("operationFiles() has the flow and the binder of each operation", () => {
  const tree = new Map([
    [
      "harbor.ts",
      'return this.#operate("login", login<U>)(input);\nthis.#read(\n"roles.list", listRoles)',
    ],
    ["flows/login.ts", "export async function login<U>() {}"],
    ["flows/roles.ts", "export async function listRoles() {}"],
    ["flows/_login_limits.ts", "export async function loginLimits() {}"],
  ]);
  assert.deepEqual([...operationFiles(tree)], [
    ["login", ["flows/login.ts", "harbor.ts"]],
    ["roles.list", ["flows/roles.ts", "harbor.ts"]],
  ]);
  assert.throws(() => operationFiles(new Map([["harbor.ts", 'operate("login", login)']])), /login/);
});

test("stateSizes() changes the size in the row of each name, and nothing else", () => {
  const text =
    "12.0 kB\n| what | size | goal |\n| the core | 12.5 kB | 13.5 kB |\n| the core and more | 1.0 kB |";
  const stated = stateSizes({ "the core": 13_449, "something else": 1 }, text);
  assert.equal(stated, text.replace("12.5", "13.4"));
  assert.deepEqual(compareSizes({ "the core": 13_449 }, stated), []);
});

test("compareSizes() takes what is within a hundredth above what is stated, and little below it", () => {
  const text = "| what | size | goal |\n| ---- | ---- | ---- |\n| the core | 12.5 kB |  |\n";
  for (const bytes of [12_200, 12_500, 12_620]) {
    assert.deepEqual(compareSizes({ "the core": bytes }, text), []);
  }
  for (const bytes of [12_000, 12_700]) assert.equal(compareSizes({ "the core": bytes }, text).length, 1);
  assert.equal(compareSizes({ "something else": 12_500 }, text).length, 1);
});

test("compareSizes() takes nothing beyond the goal", () => {
  const text = "| what | size | goal |\n| ---- | ---- | ---- |\n| the core | 12.0 kB | 12.0 kB |\n";
  assert.deepEqual(compareSizes({ "the core": 12_000 }, text), []);
  assert.match(
    compareSizes({ "the core": 12_001 }, text)[0]?.message ?? "",
    /12\.0 kB at most .* 12001 bytes/,
  );
});
