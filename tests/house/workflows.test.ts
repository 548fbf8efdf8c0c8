import assert from "node:assert/strict";
import test from "node:test";
import { readTree, type Tree } from "../../scripts/_read_tree.ts";
import type { Runtime } from "../../scripts/_runtimes.ts";
import { chooseRuntimes } from "../../scripts/test_runtimes.ts";

const tree = await readTree();

/** The workflows of this project by path. */
const workflows: Tree = new Map([...tree].filter(([path]) => path.startsWith(".github/workflows/")));

/** The jobs of a workflow by name: each is indented by two spaces, and what is in it by more. */
function jobsOf(text: string): Map<string, string> {
  const [, jobs = ""] = text.split(/^jobs:\n/m);
  return new Map(jobs.split(/^(?= {2}[\w-]+:$)/m).map((job) => [job.trim().replace(/:.*/s, ""), job]));
}

function all(pattern: RegExp): { path: string; found: string }[] {
  return [...workflows].flatMap(([path, text]) =>
    [...text.matchAll(pattern)].map(([whole, part]) => ({ path, found: part ?? whole }))
  );
}

function versionsOf(runtimes: readonly Runtime[]): string[] {
  return runtimes.map(({ name, version }) => `${name}@${version}`).sort();
}

test("workflows name every action by a commit, and beside it the version; one action has one commit (R120)", () => {
  const uses = all(/^ *(?:- )?uses: (.*)$/gm);
  assert.ok(uses.length >= 10);
  for (const { path, found } of uses) {
    assert.match(found, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, path);
  }
  const commits = new Set(uses.map(({ found }) => found));
  assert.equal(commits.size, new Set([...commits].map((found) => found.replace(/@.*/, ""))).size);
  for (const { path, found } of all(/^ *image: (.*)$/gm)) assert.match(found, /@sha256:[0-9a-f]{64}$/, path);
});

test("workflows have no permission as a whole, jobs read, those that publish prove who they are, one writes a page (R120)", () => {
  for (const [path, text] of workflows) {
    assert.match(text, /^permissions: \{\}$/m, path);
    for (const [name, job] of jobsOf(text)) {
      const [, permissions = ""] = job.match(/^ {4}permissions:\n((?: {6}.*\n)+)/m) ?? [];
      const granted = permissions.trim().split(/\n +/).map((line) => line.replace(/ #.*/, ""));
      const publishes = path.endsWith("/release.yml") && /scripts\/publish_\w+\.ts/.test(job);
      const makesPage = path.endsWith("/release.yml") && name === "page";
      const allowed = makesPage
        ? ["contents: write"]
        : publishes
        ? ["contents: read", "id-token: write"]
        : ["contents: read"];
      assert.deepEqual(granted, allowed, name);
      // What may write runs no code of ours, nor of anybody's package.
      if (makesPage) assert.doesNotMatch(job, /actions\/checkout|deno|npm (?:install|run|exec)|npx/);
      assert.equal(/^ {4}environment: release$/m.test(job), publishes, name);
    }
  }
  assert.deepEqual(all(/\bsecrets\b.*/g), []);
});

test("jobs end in time, keep no credentials, and what publishes takes nothing from a cache", () => {
  for (const [path, text] of workflows) {
    assert.match(text, /^concurrency:$/m, path);
    for (const [name, job] of jobsOf(text)) {
      assert.match(job, /^ {4}timeout-minutes: \d+$/m, name);
      const checkouts = job.split("actions/checkout@").length - 1;
      assert.equal(job.split("persist-credentials: false").length - 1, checkouts, name);
      if (!path.endsWith("/release.yml")) continue;
      assert.equal(job.split(/^ +cache: false$/m).length, job.split("denoland/setup-deno@").length, name);
      assert.equal(
        job.split("package-manager-cache: false").length,
        job.split("actions/setup-node@").length,
        name,
      );
    }
  }
});

test("workflows put nothing into a command but through its environment", () => {
  for (const { path, found } of all(/^ *(?:- )?run: (.*)$/gm)) {
    assert.ok(!found.includes("${{"), `${path}: ${found}`);
  }
});

test("tasks, scripts and runtimes that workflows name exist, and Deno is that of .ci/run", () => {
  const { tasks } = JSON.parse(tree.get("deno.json") ?? "");
  for (const { path, found } of all(/\bdeno task ([\w:-]+)/g)) {
    assert.ok(Object.hasOwn(tasks, found), `${path}: ${found}`);
  }
  for (const { path, found } of all(/\bscripts\/\w+\.ts/g)) assert.ok(tree.has(found), `${path}: ${found}`);
  const matrix = all(/^ *runtime: \[(.*)\]$/gm).map(({ found }) => found.replaceAll(" ", ""));
  assert.deepEqual(matrix.map((only) => versionsOf(chooseRuntimes(only))), [versionsOf(chooseRuntimes())]);
  const deno = tree.get(".ci/run")?.match(/deno@(\d+\.\d+\.\d+)/)?.[1];
  for (const { path, found } of all(/^ *deno-version: (.*)$/gm)) assert.equal(found, deno, path);
});
