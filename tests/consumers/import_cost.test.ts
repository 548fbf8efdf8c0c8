import assert from "node:assert/strict";
import { test } from "node:test";
import { APPLICATION } from "./_application.ts";

const CORE = `${APPLICATION}/node_modules/@userharbor/core/`;

/** A file that is loaded together with the one that names it. */
const LOADED = /(?:\bfrom|^import|\brequire\() ?"(\.[^"]+)"/gm;

/** Every file that a runtime reads when somebody loads one, and all their text. */
async function load(file: string): Promise<{ readonly files: number; readonly text: string }> {
  const files = new Set([file]);
  let text = "";
  for (const each of files) {
    const own = await Deno.readTextFile(each);
    text += own;
    for (const [, named = ""] of own.matchAll(LOADED)) files.add(new URL(named, `file://${each}`).pathname);
  }
  return { files: files.size, text };
}

for (const condition of ["import", "require"]) {
  test(`to ${condition} @userharbor/core reads three files at most, nothing of others, and waits for nothing`, async () => {
    const { exports } = JSON.parse(await Deno.readTextFile(`${CORE}package.json`));
    const { files, text } = await load(CORE + exports["."][condition].default.slice(2));
    assert.ok(files <= 3, `${files} files`);
    assert.ok(text.length < 150_000, `${text.length} characters`);
    assert.doesNotMatch(text, /(?:\bfrom|^import|\brequire\() ?"[^.]/m);
    assert.doesNotMatch(text, /^await\b|\bimport\(/m);
  });
}
