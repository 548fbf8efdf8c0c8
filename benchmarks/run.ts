/**
 * Runs the benchmarks, prints a table and writes `benchmarks/results.json`.
 *
 * Read the ratios: both sides of one were measured in turns within this run. Times belong to this machine.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { importTime } from "./import_time.ts";
import { loginGoodput } from "./login_goodput.ts";
import { sessionCheck } from "./session_check.ts";

/** What the ratios should reach, and what the core's import should stay below. */
const GOALS = { sessionCheck: 0.6, loginGoodput: 0.95, importAboveEmptyMilliseconds: 15 };

const { imports, peerPackages } = importTime();
const checks = await sessionCheck();
const logins = await loginGoodput();
const { median, p99 } = logins.sessionCheckMilliseconds;

console.table(
  Object.fromEntries(
    Object.entries(checks).map(([name, { medianMicroseconds, ratioToFloor }]) => [name, {
      "µs": Number(medianMicroseconds.toFixed(2)),
      "ratio to floor": Number(ratioToFloor.toFixed(3)),
      "goal": name === "floor" ? "" : `≥ ${GOALS.sessionCheck}`,
    }]),
  ),
);
console.table({
  "logins, 64 in flight": {
    "a second": Number(logins.loginsPerSecond.toFixed(1)),
    "ratio to hasher": Number(logins.ratioToHasher.toFixed(3)),
    "goal": `≥ ${GOALS.loginGoodput}`,
    "session check meanwhile, ms": `${median.toFixed(2)}, p99 ${p99.toFixed(2)}`,
  },
});
console.table(
  Object.fromEntries(
    Object.entries(imports).map(([name, { medianMilliseconds, aboveEmptyMilliseconds }]) => [name, {
      "import, ms of a processor": Number(medianMilliseconds.toFixed(1)),
      "above nothing": Number(aboveEmptyMilliseconds.toFixed(1)),
      "goal": name.includes("userharbor") ? `≤ ${GOALS.importAboveEmptyMilliseconds}` : "",
    }]),
  ),
);
console.log(`Packages that are installed: 1 for the core, ${peerPackages} for the peer`);

const results = {
  measuredAt: new Date().toISOString(),
  runtime: `Deno ${Deno.version.deno}`,
  processors: navigator.hardwareConcurrency,
  goals: GOALS,
  sessionCheck: checks,
  loginGoodput: logins,
  imports,
};
writeFileSync(new URL("./results.json", import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
