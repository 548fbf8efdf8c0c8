import assert from "node:assert/strict";
import test from "node:test";
import { importsOf } from "../../scripts/_imports_of.ts";
import { readTree } from "../../scripts/_read_tree.ts";
import { resolveRelative } from "../../scripts/_resolve_relative.ts";

/** Every file that an import of this one loads. */
async function reachedFrom(entryPoint: string): Promise<ReadonlySet<string>> {
  const tree = await readTree();
  const reached = new Set([entryPoint]);
  for (const path of reached) {
    const loaded = importsOf(tree.get(path) ?? "").filter(({ typeOnly }) => !typeOnly);
    for (const { specifier } of loaded) reached.add(resolveRelative(path, specifier));
  }
  return reached;
}

test("mod.ts loads nothing of the other entry points: who does not ask for them does not ship them", async () => {
  const reached = await reachedFrom("mod.ts");
  assert.ok(reached.has("flows/login.ts"));
  assert.deepEqual(
    [...reached].filter((path) => /^(?:pbkdf2|testing|transactions)|\/pbkdf2_/.test(path)),
    [],
  );
});
