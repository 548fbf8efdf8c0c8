import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import test from "node:test";
import { fileURLToPath } from "node:url";

const CI_RUN = fileURLToPath(new URL("../../.ci/run", import.meta.url));

/** What each step writes, and the status it ends with. */
interface Steps {
  readonly ci?: readonly [output: string, status: number];
  readonly test?: readonly [output: string, status: number];
  readonly long?: readonly [output: string, status: number];
  readonly fixes?: readonly [output: string, status: number];
  readonly runtimes?: readonly [output: string, status: number];
  readonly build?: readonly [output: string, status: number];
  readonly consumers?: readonly [output: string, status: number];
  readonly static?: readonly [output: string, status: number];
  readonly services?: readonly [output: string, status: number];
  readonly browser?: readonly [output: string, status: number];
}

/** Runs the script with an `npx` that only plays the steps. */
async function runCi(
  steps: Steps,
  chosen: readonly string[] = [],
): Promise<{ status: number | null; lastLine: string | undefined; calls: number }> {
  const folder = await mkdtemp(join(tmpdir(), "userharbor-"));
  try {
    const play = ([output, status]: readonly [string, number]) =>
      `printf '%s\n' '${output}'; exit ${status} ;;`;
    const npx = join(folder, "npx");
    await writeFile(
      npx,
      `#!/bin/sh
echo called
case "$*" in
*" ci") ${play(steps.ci ?? ["", 0])}
*" test") ${play(steps.test ?? ["ok | 12 passed | 0 failed (1s)", 0])}
*" test:long --share=0.02 tests/long") ${play(steps.long ?? ["ok | 7 passed | 0 failed (1s)", 0])}
*" test:fixes") ${play(steps.fixes ?? ["ok | 50 passed | 0 failed", 0])}
*" test:runtimes --only=node,bun") ${play(steps.runtimes ?? ["24 passed, 0 failed", 0])}
*" build:npm --engine=tsc") ${play(steps.build ?? ["15 packages are in npm/, and packed there", 0])}
*" test:consumers") ${play(steps.consumers ?? ["ok | 100 passed | 0 failed (1s)", 0])}
*" ok:static") ${play(steps.static ?? ["ok | 9 passed | 0 failed", 0])}
*" test:services") ${play(steps.services ?? ["ok | 100 passed (9 steps) | 0 failed (1s)", 0])}
*" test:browser") ${play(steps.browser ?? ["ok | 6 passed | 0 failed (1s)", 0])}
esac
`,
    );
    await chmod(npx, 0o755);
    // Nothing is installed: one is found, the other does nothing.
    for (const name of ["chromium", "apt-get"]) {
      await writeFile(join(folder, name), "#!/bin/sh\n");
      await chmod(join(folder, name), 0o755);
    }
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}`, HOME: "" };
    const { status, stdout } = spawnSync("bash", [CI_RUN, ...chosen], { env, encoding: "utf8" });
    return {
      status,
      lastLine: stdout.trimEnd().split("\n").at(-1),
      calls: stdout.split("called\n").length - 1,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test(".ci/run adds up the tests of all steps", async () => {
  const steps: Steps = {
    test: ["ok | 12 passed (3 steps) | 0 failed | 2 ignored (1s)\nok | 5 passed | 0 failed (1s)", 0],
  };
  assert.deepEqual(await runCi(steps), { status: 0, lastLine: "313 passed, 0 failed", calls: 10 });
});

test(".ci/run goes on after a failed test and fails at the end", async () => {
  const outcome = await runCi({ test: ["FAILED | 12 passed | 2 failed (1s)", 1] });
  assert.deepEqual(outcome, { status: 1, lastLine: "308 passed, 2 failed", calls: 10 });
});

test(".ci/run counts a step that fails without a closing line", async () => {
  const outcome = await runCi({ test: ["error: Module not found", 1] });
  assert.deepEqual(outcome, { status: 1, lastLine: "296 passed, 1 failed", calls: 10 });
});

test(".ci/run counts a step that fails beside its tests", async () => {
  const outcome = await runCi({ test: ["ok | 12 passed | 0 failed (1s)", 1] });
  assert.deepEqual(outcome, { status: 1, lastLine: "308 passed, 1 failed", calls: 10 });
});

test(".ci/run fails with a failed check", async () => {
  const outcome = await runCi({ static: ["FAILED | 7 passed | 2 failed", 1] });
  assert.deepEqual(outcome, { status: 1, lastLine: "306 passed, 2 failed", calls: 10 });
});

test(".ci/run installs once more before it gives up", async () => {
  const outcome = await runCi({ ci: ["error: connection closed", 1] });
  assert.deepEqual(outcome, { status: 1, lastLine: "308 passed, 1 failed", calls: 11 });
});

test(".ci/run counts a step by the line it closes with itself", async () => {
  const table = "FAILED | 7 passed | 1 failed (1s)\nruntime  passed  failed\n\n30 passed, 3 failed";
  const outcome = await runCi({ runtimes: [`${table}\nnpm notice`, 1] });
  assert.deepEqual(outcome, { status: 1, lastLine: "314 passed, 3 failed", calls: 10 });
  const killed = await runCi({ runtimes: ["30 passed, 0 failed", 1] });
  assert.deepEqual(killed, { status: 1, lastLine: "314 passed, 1 failed", calls: 10 });
});

test(".ci/run leaves such a line alone before one of Deno", async () => {
  const outcome = await runCi({ test: ["5 passed, 4 failed\nok | 12 passed | 0 failed (1s)", 0] });
  assert.deepEqual(outcome, { status: 0, lastLine: "308 passed, 0 failed", calls: 10 });
});

test(".ci/run counts packages that cannot be built, and tests none of them", async () => {
  const outcome = await runCi({ build: ["error: types do not fit", 1] }, ["npm packages"]);
  assert.deepEqual(outcome, { status: 1, lastLine: "0 passed, 1 failed", calls: 1 });
});

test(".ci/run does the steps it is asked for alone", async () => {
  const steps: Steps = { browser: ["FAILED | 5 passed | 1 failed (1s)", 1] };
  assert.deepEqual(await runCi(steps, ["real servers"]), {
    status: 0,
    lastLine: "100 passed, 0 failed",
    calls: 1,
  });
  const both = await runCi(steps, ["real servers", "pages in a browser"]);
  assert.deepEqual(both, { status: 1, lastLine: "105 passed, 1 failed", calls: 2 });
  const misnamed = await runCi({}, ["real servers", "real server"]);
  assert.deepEqual(misnamed, { status: 1, lastLine: "100 passed, 1 failed", calls: 1 });
});
