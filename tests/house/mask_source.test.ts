import assert from "node:assert/strict";
import test from "node:test";
import { maskSource } from "../../scripts/_mask_source.ts";
import { readTree, SOURCE } from "../../scripts/_read_tree.ts";

/** Source and what is left of its words. */
const CASES: readonly (readonly [source: string, words: readonly string[]])[] = [
  ["a // b\nc", ["a", "c"]],
  ["a /* b\n c */ d", ["a", "d"]],
  ['a("b // c") + d', ["a", "d"]],
  ["a('it\\'s b') + c", ["a", "c"]],
  ['a = /[/"]b/u.test(c); d', ["a", "test", "c", "d"]],
  ["return /b'/.test(c)", ["return", "test", "c"]],
  ["a / b / c", ["a", "b", "c"]],
  ["(a) / b; // c", ["a", "b"]],
  ["`b ${c} d` + e", ["c", "e"]],
  ["`b ${{ c: `d ${e} f` }} g` + h", ["c", "e", "h"]],
  ["`\\` b \\${c}` + d", ["d"]],
  ["`$b $${c}` + d", ["c", "d"]],
];

test("maskSource() leaves code alone", () => {
  for (const [source, words] of CASES) {
    assert.deepEqual(maskSource(source).match(/\w+/g) ?? [], words, source);
  }
});

test("maskSource() keeps every offset and line", () => {
  for (const [source] of CASES) {
    const masked = maskSource(source);
    assert.equal(masked.length, source.length, source);
    assert.equal(masked.split("\n").length, source.split("\n").length, source);
  }
});

test("maskSource() leaves every bracket of the project's own sources closed", async () => {
  for (const [path, text] of await readTree()) {
    if (!SOURCE.test(path)) continue;
    const count = (bracket: string) => maskSource(text).split(bracket).length;
    for (const [open, close] of ["()", "[]", "{}"].map((pair) => [...pair])) {
      assert.equal(count(open ?? ""), count(close ?? ""), `${path}: ${open} ${close}`);
    }
  }
});
