/**
 * Everything a change has to pass, one step after another; says at the end which failed.
 *
 * `--static` leaves out the tests.
 *
 * @module
 */

interface Step {
  readonly name: string;
  /** After `deno`. */
  readonly args: readonly string[];
  readonly isTest?: boolean;
}

const STEPS: readonly Step[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint"] },
  { name: "types", args: ["task", "check"] },
  { name: "web-only", args: ["task", "check:web-only"] },
  { name: "docs", args: ["task", "check:docs"] },
  { name: "JSR", args: ["task", "check:jsr"] },
  { name: "imports", args: ["task", "check:imports"] },
  { name: "sizes", args: ["task", "check:sizes"] },
  { name: "budgets", args: ["task", "check:budgets"] },
  { name: "names", args: ["task", "check:names"] },
  { name: "versions", args: ["task", "check:versions"] },
  { name: "security", args: ["task", "check:security"] },
  { name: "tests and examples", args: ["task", "test"], isTest: true },
  { name: "publish", args: ["task", "check:publish"] },
];

async function passes({ name, args }: Step): Promise<boolean> {
  console.log(`\n=== ${name}: deno ${args.join(" ")}`);
  const started = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), { args: [...args] }).spawn().status;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`=== ${name}: ${success ? "ok" : "FAILED"} (${seconds} s)`);
  return success;
}

async function main(): Promise<void> {
  const steps = STEPS.filter(({ isTest }) => !(isTest === true && Deno.args.includes("--static")));
  const failed: string[] = [];
  for (const step of steps) {
    if (!await passes(step)) failed.push(step.name);
  }
  const passed = steps.length - failed.length;
  // The closing line is worded as that of `deno test`.
  console.log(failed.length === 0 ? "" : `\nFailed: ${failed.join(", ")}`);
  console.log(`${failed.length === 0 ? "ok" : "FAILED"} | ${passed} passed | ${failed.length} failed`);
  if (failed.length > 0) Deno.exit(1);
}

if (import.meta.main) await main();
