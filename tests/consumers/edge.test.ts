import assert from "node:assert/strict";
import test, { before } from "node:test";
import { installLines } from "../docs/_install_lines.ts";
import { compile, makeFolder } from "./_application.ts";
import { liveOnTheEdge } from "./_edge_life.ts";
import { edgePage } from "./_edge_page.ts";
import { bundleWorker, startWorker, type WranglerConfig } from "./_edge_worker.ts";

const PAGE = await edgePage();

/** The configurations of the page. */
const PLACES = { "D1": "wrangler.json", "a Durable Object": "wrangler.object.json" } as const;

/** What Workers have beside the web's own: nothing, or what they have of Node.js. */
const FLAGS = { "nothing of Node.js": [], "nodejs_compat": ["nodejs_compat"] } as const;

let folder = "";

before(async () => {
  folder = await makeFolder("edge");
  for (const [name, text] of PAGE.files) await Deno.writeTextFile(`${folder}/${name}`, text);
});

function configOf(name: string): WranglerConfig {
  return JSON.parse(PAGE.files.get(name) ?? "");
}

for (const [place, name] of Object.entries(PLACES)) {
  for (const [what, flags] of Object.entries(FLAGS)) {
    test(`the life of an account on Workers with ${what}, on ${place}`, async () => {
      const config = { ...configOf(name), compatibility_flags: flags };
      await using worker = await startWorker(await bundleWorker(folder, config), config);
      await liveOnTheEdge(worker);
      const outcomes = worker.events.map((line) => JSON.parse(line).outcome);
      assert.ok(outcomes.length > 10);
      assert.deepEqual(worker.events.filter((_, index) => outcomes[index] === "failed"), []);
    });
  }
}

test("Workers hash for requests at once, argon2id at the default cost, and their schedule purges", async () => {
  const config = configOf("wrangler.json");
  await using worker = await startWorker(await bundleWorker(folder, config), config);
  const names = ["ada", "grace", "edsger", "barbara", "donald", "margaret"];
  const statuses = await Promise.all(names.map(async (username) => {
    const fields = { username, email: `${username}@example.org`, password: "seven quiet otters at dawn" };
    const registered = await fetch(`${worker.origin}/auth/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    await registered.text();
    return registered.status;
  }));
  assert.deepEqual(statuses, names.map(() => 201));
  const passwordHashes = await worker.passwordHashes();
  assert.equal(new Set(passwordHashes).size, names.length);
  for (const passwordHash of passwordHashes) {
    assert.match(passwordHash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  }
  assert.equal(await worker.runSchedule(), "ok");
});

test("the programs of docs/edge.md fit strictly, without the types of Node.js", async () => {
  const { success, output } = await compile(folder, {
    options: {
      noEmit: true,
      module: "esnext",
      moduleResolution: "bundler",
      exactOptionalPropertyTypes: true,
      lib: ["es2022", "dom"],
      types: [],
    },
  });
  assert.ok(success, output);
});

test("docs/edge.md installs what its programs import, as the README's line for Workers does", () => {
  const imported = [...PAGE.files.values()].flatMap((text) =>
    [...text.matchAll(/ from "((?:@[\w-]+\/)?[\w-]+)/g)].map(([, name]) => name)
  );
  assert.ok(imported.length > 10);
  const named = PAGE.packages.map((each) => each.replace(/(?<=.)@[\d.]+$/, ""));
  assert.deepEqual([...new Set(imported)].sort(), named.sort());
  assert.deepEqual(installLines().find(({ runtime }) => runtime === "Workers")?.packages, PAGE.packages);
});

test("the lines for Workers in the README of @userharbor/argon2 are those of docs/edge.md", async () => {
  const readme = await Deno.readTextFile(new URL("../../adapters/argon2/README.md", import.meta.url));
  const [, block = ""] = /^```TypeScript\n(.*?)^```$/ms.exec(readme) ?? [];
  const lines = block.split("\n").filter((line) => line !== "");
  assert.equal(lines.length, 3);
  for (const line of lines) assert.ok(PAGE.files.get("accounts.ts")?.includes(`${line}\n`), line);
});
