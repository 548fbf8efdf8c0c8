import assert from "node:assert/strict";
import test from "node:test";
import { errorName } from "../primitives/error_name.ts";
import { printableJson } from "../primitives/printable_json.ts";
import { printableText } from "../primitives/printable_text.ts";

test("printableText() keeps what can be printed, up to its length (R117)", () => {
  assert.equal(printableText("Mozilla/5.0 (ünïcödé; 日本)", 512), "Mozilla/5.0 (ünïcödé; 日本)");
  assert.equal(printableText("a\r\nb\u001b[0m\u009bc\u202ed\u2028e\u0000f", 512), "ab[0mcdef");
  assert.equal(printableText("abcdef", 3), "abc");
  assert.equal(printableText("ab\u{1f600}", 3), "ab", "half a character is none");
  assert.equal(printableText("\ud800a\udc00", 9), "a");
});

test("printableText() knows no text in what is none, or has nothing left (R117)", () => {
  for (const value of [undefined, null, 7, {}, [], ["a"], "", "\r\n", "\ud800", Symbol("a")]) {
    assert.equal(printableText(value, 9), undefined);
  }
});

test("printableJson() is one line that says the same and hands no terminal an order (R117)", () => {
  const value = {
    "k\u009by": "a\r\n\u001b\u007f\u009b\u202e\u2028\u{e0041}\ud800é日\u{1f600}",
    at: new Date(0),
  };
  const json = printableJson(value);
  assert.doesNotMatch(json, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
  assert.ok(json.includes("é日\u{1f600}"));
});

test("errorName() tells the name of a class, and nothing else that may be in its place (R117)", () => {
  assert.equal(errorName(new RangeError("secret")), "RangeError");
  assert.equal(errorName(Object.assign(new Error("x"), { name: "$Sql.Error_1" })), "$Sql.Error_1");
  for (const name of ["password=hunter2", "two words", "a\nb", "", "1st", "E".repeat(65)]) {
    assert.equal(errorName(Object.assign(new Error("x"), { name })), "Error");
  }
  assert.deepEqual([errorName("secret"), errorName(null), errorName(undefined)], [
    "string",
    "object",
    "undefined",
  ]);
});
