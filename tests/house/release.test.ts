import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { compareVersions } from "../../scripts/_version_places.ts";
import { findViolations } from "../../scripts/check_versions.ts";
import { findObstacles, type GitState, releasedFiles } from "../../scripts/release.ts";
import { versionedTree } from "./_versioned_tree.ts";

const RELEASE = fileURLToPath(new URL("../../scripts/release.ts", import.meta.url));

const READY: GitState = { branch: "main", isClean: true, tags: ["v0.0.9"] };

const NO_GIT = spawnSync("git", ["--version"]).status === 0 || process.env["CI"] !== undefined
  ? false
  : "git is not installed: apt-get install git";

function obstacles(version: string, changed: Partial<GitState> = {}): number {
  return findObstacles(versionedTree("0.1.0"), { version, git: { ...READY, ...changed } }).length;
}

test("findObstacles() lets the first release have the version of the packages, and each next one a later", () => {
  assert.equal(obstacles("0.1.0"), 0);
  for (const version of ["0.1.1", "0.2.0", "1.0.0", "0.10.0"]) {
    assert.equal(obstacles(version, { tags: ["v0.1.0"] }), 0, version);
  }
});

test("findObstacles() refuses what is no version, or none that comes next", () => {
  for (const version of ["", "0.2", "v0.2.0", "0.2.0-rc.1", "latest"]) {
    assert.equal(obstacles(version), 1, version);
  }
  assert.equal(obstacles("0.0.10"), 1);
  assert.equal(obstacles("0.1.0", { tags: ["v0.1.0"] }), 1);
  assert.equal(obstacles("0.9.0", { tags: ["v0.1.0", "v0.10.0"] }), 1);
});

test("findObstacles() names another branch, a folder with changes, drift and an empty CHANGELOG together", () => {
  const tree = new Map(versionedTree("0.1.0", {
    "adapters/cli/version.ts": 'export const VERSION = "0.0.8";\n',
    "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n## 0.0.9 (2026-01-01)\n\n- Older.\n",
  }));
  const git = { branch: "topic", isClean: false, tags: [] };
  assert.equal(findObstacles(tree, { version: "0.2.0", git }).length, 4);
  assert.equal(findObstacles(tree, { version: "0.2.0", git: READY }).length, 2);
});

test("findObstacles() refuses another version than the one that CHANGELOG announces", () => {
  const announcing = (version: string) => `# Changelog\n\n## Unreleased: ${version}\n\n- Something new.\n`;
  const tree = versionedTree("0.1.0", { "CHANGELOG.md": announcing("0.2.0") });
  assert.equal(findObstacles(tree, { version: "0.2.0", git: READY }).length, 0);
  assert.equal(findObstacles(tree, { version: "0.2.1", git: READY }).length, 1);
});

test("releasedFiles() writes one version everywhere, and closes the section of what is unreleased", () => {
  const tree = versionedTree("0.1.0");
  const files = releasedFiles(tree, { version: "0.2.0", date: "2026-11-30" });
  assert.deepEqual([...files.keys()].sort(), [
    "CHANGELOG.md",
    "adapters/cli/deno.json",
    "adapters/cli/version.ts",
    "deno.json",
    "docs/install.md",
  ]);
  assert.equal(files.get("docs/install.md"), '"jsr:@userharbor/core@^0.2.0", and zod@9.9.9\n');
  assert.match(
    files.get("CHANGELOG.md") ?? "",
    /\n## 0\.2\.0 \(2026-11-30\)\n\n- Something new\.\n\n## 0\.0\.9 \(/,
  );
  assert.deepEqual(findViolations(new Map([...tree, ...files]), "v0.2.0"), []);
});

test("compareVersions() compares numbers, not text", () => {
  const sorted = ["0.10.0", "1.0.0", "0.9.10", "0.9.9"].sort(compareVersions);
  assert.deepEqual(sorted, ["0.9.9", "0.9.10", "0.10.0", "1.0.0"]);
  assert.equal(compareVersions("1.2.3", "1.2.3"), 0);
});

/** A repository with one commit, and ways to look at it. */
async function repository() {
  const folder = await mkdtemp(join(tmpdir(), "userharbor-"));
  const run = (command: string, ...args: readonly string[]) => {
    const env = {
      ...process.env,
      GIT_CONFIG_GLOBAL: join(folder, "none"),
      GIT_CONFIG_NOSYSTEM: "1",
      NO_COLOR: "1",
    };
    const { status, stdout, stderr } = spawnSync(command, [...args], { cwd: folder, env, encoding: "utf8" });
    return { status, output: `${stdout}${stderr}`.trim() };
  };
  const git = (...args: readonly string[]) =>
    run("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args).output;
  for (const [path, text] of versionedTree("0.1.0")) {
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message=First");
  const release = (...args: readonly string[]) =>
    run(
      process.execPath,
      "run",
      "--no-config",
      "--allow-read",
      "--allow-write",
      "--allow-run=git",
      RELEASE,
      ...args,
    );
  return { folder, git, release, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

test("deno task release changes files of a clean main and nothing else", { skip: NO_GIT }, async () => {
  await using repo = await repository();
  const rehearsed = repo.release("0.1.0", "--dry-run");
  assert.equal(rehearsed.status, 0, rehearsed.output);
  assert.equal(repo.git("status", "--porcelain"), "");

  const released = repo.release("0.2.0");
  assert.equal(released.status, 0, released.output);
  assert.match(released.output, /git tag v0\.2\.0/);
  assert.equal(repo.git("status", "--porcelain").split("\n").length, 5);
  assert.equal(repo.git("rev-list", "--count", "HEAD"), "1");
  assert.equal(repo.git("tag", "--list"), "");
});

test("deno task release writes nothing where something is in its way", { skip: NO_GIT }, async () => {
  await using repo = await repository();
  repo.git("tag", "v0.2.0");
  assert.equal(repo.release("0.2.0").status, 1);
  repo.git("switch", "--quiet", "--create", "topic");
  assert.equal(repo.release("0.3.0").status, 1);
  repo.git("switch", "--quiet", "main");
  await Deno.writeTextFile(join(repo.folder, "new.ts"), "");
  assert.equal(repo.release("0.3.0").status, 1);
  assert.equal(repo.git("status", "--porcelain"), "?? new.ts");
  await Deno.remove(join(repo.folder, "new.ts"));
  assert.equal(repo.release("0.3.0").status, 0);
});
