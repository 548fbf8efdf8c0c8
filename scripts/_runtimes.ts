import { pathToFileURL } from "node:url";

/** What to run, and what it takes. */
export interface TestRun {
  /** Paths of tests from the root. */
  readonly files: readonly string[];
  /** Path of the tsconfig.json that says where packages are. */
  readonly tsconfig: string;
}

/** How many tests ended how. */
export interface Counts {
  /** Deno counts a test that skips itself here. */
  readonly passed: number;
  /** Or could not even be loaded. */
  readonly failed: number;
  /** Or left for later. */
  readonly skipped: number;
}

/** One way to run the tests. */
export interface Runtime {
  /** Its package on npm. */
  readonly name: string;
  /** Exact, so that a run can be repeated. */
  readonly version: string;
  /** Packages that it takes beside those of the tests, as `npm:` specifiers. */
  readonly tools?: readonly string[];
  /** What it takes to run tests. */
  readonly args: (run: TestRun) => readonly string[];
  /** The closing lines, each with one number. */
  readonly closing: Readonly<Record<keyof Counts, RegExp>>;
}

const WORKERS = navigator.hardwareConcurrency;

/** The kit holds a transaction open for 5 s, and hashing a hundred passwords takes its time. */
const BUN_TIMEOUT_MS = 30_000;

/** Node.js strips the types itself from 22 on. */
const NODE: Omit<Runtime, "version"> = {
  name: "node",
  args: ({ files, tsconfig }) => [
    importOf("node_hooks.ts", tsconfig),
    "--disable-warning=ExperimentalWarning",
    "--test",
    `--test-concurrency=${WORKERS}`,
    "--test-reporter=spec",
    ...files,
  ],
  closing: {
    passed: /^ℹ pass (\d+)$/gm,
    failed: /^ℹ (?:fail|cancelled) (\d+)$/gm,
    skipped: /^ℹ (?:skipped|todo) (\d+)$/gm,
  },
};

/** All that the tests run on; where a name is there twice, the first is meant by it. */
export const RUNTIMES: readonly Runtime[] = [
  {
    name: "deno",
    version: Deno.version.deno,
    args: ({ files }) => [
      "test",
      "-A",
      "--no-check",
      "--parallel",
      "--reporter=dot",
      "--lock=tests/deno.lock",
      "--frozen",
      ...files,
    ],
    closing: {
      passed: /^(?:ok|FAILED) \| (\d+) passed/gm,
      failed: /^(?:ok|FAILED) \|.* \| (\d+) failed/gm,
      skipped: /^(?:ok|FAILED) \|.* \| (\d+) ignored/gm,
    },
  },
  { ...NODE, version: "24.21.0" },
  {
    ...NODE,
    version: "22.23.3",
    tools: ["npm:typescript@6.0.3"],
    args: (run) => [importOf("node_using.ts", run.tsconfig), ...NODE.args(run)],
  },
  {
    name: "bun",
    version: "1.4.5",
    args: ({ files, tsconfig }) => [
      "test",
      `--parallel=${WORKERS}`,
      `--timeout=${BUN_TIMEOUT_MS}`,
      `--tsconfig-override=${tsconfig}`,
      // Without the dot a path is a pattern.
      ...files.map((file) => `./${file}`),
    ],
    closing: { passed: /^ (\d+) pass$/gm, failed: /^ (\d+) fail$/gm, skipped: /^ (\d+) (?:skip|todo)$/gm },
  },
];

/** The option that has Node.js load a script of ours first. */
function importOf(script: string, tsconfig: string): string {
  const address = new URL(script, import.meta.url);
  address.searchParams.set("tsconfig", pathToFileURL(tsconfig).href);
  return `--import=${address.href}`;
}

/**
 * Reads the closing lines of a run.
 *
 * @param runtime which wrote them
 * @param ended what it wrote, and whether it exited with 0
 * @returns the counts; a run that fails otherwise, or executes no test, counts as one failure
 */
export function countTests(runtime: Runtime, ended: { success: boolean; output: string }): Counts {
  const sum = (pattern: RegExp) =>
    [...ended.output.matchAll(pattern)].reduce((total, [, count]) => total + Number(count), 0);
  const { passed, failed, skipped } = runtime.closing;
  const counts = { passed: sum(passed), failed: sum(failed), skipped: sum(skipped) };
  const isWhole = ended.success && counts.passed > 0;
  return isWhole || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}
