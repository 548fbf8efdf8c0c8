import assert from "node:assert/strict";
import test from "node:test";
import { type DocJson, findMissingExamples } from "../../scripts/check_docs.ts";

const ROOT = "file:///project/";

function docOf(kind: string, tags: readonly string[]): DocJson {
  const declaration = {
    kind,
    declarationKind: "export",
    location: { filename: `${ROOT}errors.ts`, line: 7 },
    jsDoc: { tags: tags.map((tag) => ({ kind: tag })) },
  };
  const entryPoint = { symbols: [{ name: "a", declarations: [declaration] }] };
  return { nodes: { [`${ROOT}mod.ts`]: entryPoint, [`${ROOT}other.ts`]: entryPoint } };
}

test("findMissingExamples() refuses an exported function or class without an example, once", () => {
  for (const kind of ["function", "class"]) {
    const violations = findMissingExamples(docOf(kind, ["param"]), ROOT);
    assert.deepEqual(violations, [{ path: "errors.ts", line: 7, message: "a has no @example" }]);
  }
});

test("findMissingExamples() passes an example, and types without one", () => {
  assert.deepEqual(findMissingExamples(docOf("function", ["param", "example"]), ROOT), []);
  assert.deepEqual(findMissingExamples(docOf("interface", []), ROOT), []);
});
