import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { checkWebOnly } from "../../scripts/check_web_only.ts";

/** A module as its only line, and whether a browser could run it. */
const MODULES: readonly (readonly [text: string, webOnly: boolean])[] = [
  ['export const a: Promise<ArrayBuffer> = crypto.subtle.digest("SHA-256", new Uint8Array(1));', true],
  ["export const a: string[] = [...new URLSearchParams().keys()];", true],
  ["export const a: unknown = Deno.args;", false],
  ["export const a: unknown = process.env;", false],
  ["export const a: unknown = Buffer.alloc(1);", false],
];

test("checkWebOnly() refuses what only servers have", async () => {
  const folder = await mkdtemp(join(tmpdir(), "userharbor-"));
  try {
    const path = join(folder, "module.ts");
    for (const [text, webOnly] of MODULES) {
      await writeFile(path, text);
      const { success, output } = await checkWebOnly([path]);
      assert.equal(success, webOnly, `${text}\n${output}`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
