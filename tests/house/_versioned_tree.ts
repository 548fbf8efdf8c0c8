import { treeOf } from "./_tree_of.ts";
import type { Tree } from "../../scripts/_read_tree.ts";

/** Two packages of one version, with all that names it. */
export function versionedTree(version: string, files: Readonly<Record<string, string>> = {}): Tree {
  const root = { name: "@userharbor/core", version, exports: "./mod.ts", workspace: ["./adapters/cli"] };
  const cli = { name: "@userharbor/cli", version, exports: "./mod.ts" };
  const tree = treeOf({
    "deno.json": `${JSON.stringify(root, null, 2)}\n`,
    "adapters/cli/deno.json": `${JSON.stringify(cli, null, 2)}\n`,
    "adapters/cli/version.ts": `export const VERSION = "${version}";\n`,
    "docs/install.md": `"jsr:@userharbor/core@^${version}", and zod@9.9.9\n`,
    "CHANGELOG.md": `# Changelog\n\n## Unreleased\n\n- Something new.\n\n## 0.0.9 (2026-01-01)\n\n- Older.\n`,
    ...files,
  });
  return new Map([...tree].filter(([path]) => !/^adapters\/(?:mail|hono)\//.test(path)));
}
