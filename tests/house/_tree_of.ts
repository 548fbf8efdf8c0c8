import type { Tree } from "../../scripts/_read_tree.ts";

const ROOT = {
  name: "@userharbor/core",
  exports: { ".": "./mod.ts", "./transactions": "./transactions.ts" },
  workspace: ["./adapters/mail", "./adapters/hono"],
};

const MAIL = {
  name: "@userharbor/mail",
  exports: "./mod.ts",
  imports: { "mail-client": "npm:mail-client@1.0.0" },
};

const HONO = { name: "@userharbor/hono", exports: "./mod.ts" };

/**
 * Builds a small project with two adapters around the files of a case.
 *
 * @param files texts by path
 * @returns the project, as the checks read it
 */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return new Map(Object.entries({
    "deno.json": JSON.stringify(ROOT),
    "adapters/mail/deno.json": JSON.stringify(MAIL),
    "adapters/hono/deno.json": JSON.stringify(HONO),
    ...files,
  }));
}
