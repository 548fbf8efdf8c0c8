import assert from "node:assert/strict";
import { after, test } from "node:test";
import { build, type Format, type Platform, stop } from "npm:esbuild@0.27.3";
import { makeFolder, NODE, PROGRAMS, run } from "./_application.ts";

after(() => stop());

/** A module in a context of its own is what Node.js calls experimental, and warns of. */
const VM_MODULES = ["--experimental-vm-modules", "--no-warnings"];

/** What precedes them is the bundle, in one line. */
const LAST_CHARACTERS = 1_000;

const TARGETS: readonly { readonly platform: Platform; readonly format: Format }[] = [
  { platform: "browser", format: "iife" },
  { platform: "browser", format: "esm" },
  { platform: "neutral", format: "esm" },
];

for (const { platform, format } of TARGETS) {
  test(`a bundle for ${platform} as ${format} lives on nothing but the web's own globals`, async () => {
    const folder = await makeFolder(`bundle-${platform}-${format}`);
    await Deno.copyFile(`${PROGRAMS}browser.ts`, `${folder}/browser.ts`);
    // Whatever needs Node.js does not resolve here, and the bundle fails.
    await build({
      absWorkingDir: folder,
      entryPoints: ["browser.ts"],
      outfile: "bundle.mjs",
      bundle: true,
      minify: true,
      target: "es2022",
      logLevel: "silent",
      platform,
      format,
    });
    const program = [NODE, ...VM_MODULES, `${PROGRAMS}in_browser.mjs`];
    const { success, output } = await run([...program, `${folder}/bundle.mjs`, format]);
    assert.ok(success, output.slice(-LAST_CHARACTERS));
    assert.equal(output.trim(), "ada invalid_session_token function");
  });
}
