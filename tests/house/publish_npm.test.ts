import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import test from "node:test";
import { publishOrder } from "../../scripts/_publish_order.ts";
import { readTree } from "../../scripts/_read_tree.ts";

/** An `npm` that keeps what is published in a file, one package a line. */
const NPM = `#!/bin/sh
case "$1 $2" in
  "view $UNREACHABLE@"*) echo '{"error":{"code":"ECONNRESET"}}'; exit 1 ;;
  "view "*)
    if grep -qxF "$2" "$PUBLISHED"; then echo "\\"\${2##*@}\\""
    else echo '{"error":{"code":"E404"}}'; exit 1; fi ;;
  "publish ./npm/userharbor-$BROKEN-"*) exit 1 ;;
  "publish "*)
    tarball=\${2##*/userharbor-}; version=\${tarball##*-}
    echo "@userharbor/\${tarball%-*}@\${version%.tgz}" >>"$PUBLISHED"
    echo "$@" >>"$PUBLISHED.calls" ;;
esac
`;

async function openNpm() {
  const folder = await mkdtemp(join(tmpdir(), "userharbor-"));
  const published = join(folder, "published");
  await writeFile(published, "");
  await writeFile(join(folder, "npm"), NPM);
  await chmod(join(folder, "npm"), 0o755);
  return {
    async publishAll(variables: Readonly<Record<string, string>> = {}): Promise<boolean> {
      const args = ["run", "--allow-read", "--allow-run=npm", "scripts/publish_npm.ts"];
      const PATH = `${folder}${delimiter}${process.env["PATH"]}`;
      const env = { PATH, PUBLISHED: published, UNREACHABLE: "-", BROKEN: "-", ...variables };
      return (await new Deno.Command(Deno.execPath(), { args, env, stdout: "null", stderr: "null" }).output())
        .success;
    },
    published: async () => (await readFile(published, "utf8")).trim().split("\n"),
    calls: async () => (await readFile(`${published}.calls`, "utf8")).trim().split("\n"),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

async function expected(): Promise<string[]> {
  return publishOrder(await readTree()).map(({ name, version }) => `${name}@${version}`);
}

test("publish_npm publishes every package with provenance, and goes on where it broke off", async () => {
  const all = await expected();
  await using npm = await openNpm();
  assert.equal(await npm.publishAll({ BROKEN: "http" }), false);
  const before = all.findIndex((each) => each.startsWith("@userharbor/http@"));
  assert.deepEqual(await npm.published(), all.slice(0, before));
  assert.ok(await npm.publishAll());
  assert.deepEqual(await npm.published(), all);
  assert.ok(await npm.publishAll());
  assert.deepEqual(await npm.published(), all);
  for (const call of await npm.calls()) assert.match(call, /\.tgz --access=public --provenance$/);
});

test("publish_npm publishes nothing of which it cannot tell whether it is there", async () => {
  const all = await expected();
  await using npm = await openNpm();
  assert.equal(await npm.publishAll({ UNREACHABLE: "@userharbor/http" }), false);
  assert.deepEqual(
    await npm.published(),
    all.slice(0, all.findIndex((each) => each.startsWith("@userharbor/http@"))),
  );
});
