import {
  type ContractCase,
  outboxQueueCases,
  passwordHasherCases,
  throttleCases,
  userStoreCases,
} from "@userharbor/core/testing";
import { build, stop } from "esbuild";
import { Miniflare } from "miniflare";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { CaseOutcome } from "./workerd/worker.ts";

/** As the packages are mapped for the tests outside. */
function packagePaths(): Readonly<Record<string, string>> {
  const { imports } = JSON.parse(readFileSync(new URL("deno.json", import.meta.url), "utf8")) as {
    readonly imports: Readonly<Record<string, string>>;
  };
  const packages = Object.entries(imports).filter(([name]) => name.startsWith("@userharbor/"));
  return Object.fromEntries(
    packages.map(([name, path]) => [name, fileURLToPath(new URL(path, import.meta.url))]),
  );
}

/** Where Deno keeps a file of a package. */
function pathOf(specifier: string): string {
  return fileURLToPath(import.meta.resolve(specifier));
}

const ARGON2ID = "argon2id/dist/simd.wasm";

/** What a bundler for Workers makes of an import of WebAssembly, Deno does not: so it is handed in. */
const ENTRY = `
  import ARGON2ID from "${ARGON2ID}";
  import worker from "./workerd/worker.ts";
  export { Accounts } from "./workerd/worker.ts";
  export default { fetch: (request, bindings) => worker.fetch(request, { ...bindings, ARGON2ID }) };
`;

/** Starts workerd, as it is behind Cloudflare's Workers, with an empty D1 database and a Durable Object. */
export async function startWorkerd(): Promise<Miniflare> {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    format: "esm",
    platform: "neutral",
    external: ["node:*", "*.wasm"],
    alias: { ...packagePaths(), "argon2id/lib/setup.js": pathOf("argon2id/lib/setup.js") },
    write: false,
  });
  await stop();
  const workerd = new Miniflare({
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: outputFiles[0]?.text ?? "" },
      { type: "CompiledWasm", path: ARGON2ID, contents: readFileSync(pathOf(ARGON2ID)) },
    ],
    compatibilityDate: "2026-04-01",
    compatibilityFlags: ["nodejs_compat"], // for the assertions of the contracts
    d1Databases: ["DB"],
    durableObjects: { ACCOUNTS: { className: "Accounts", useSQLite: true } },
  });
  await workerd.ready;
  return workerd;
}

/** The contracts that run there, by the names that the worker knows them by. */
const CONTRACTS: Readonly<Record<"stores" | "throttles" | "outboxes" | "hashers", readonly ContractCase[]>> =
  {
    stores: userStoreCases(() => Promise.reject(new Error("runs in workerd"))),
    throttles: throttleCases(() => Promise.reject(new Error("runs in workerd"))),
    outboxes: outboxQueueCases(() => Promise.reject(new Error("runs in workerd"))),
    hashers: passwordHasherCases(() => Promise.reject(new Error("runs in workerd"))),
  };

/** What is tested, and what the worker calls it. */
export interface WorkerdSubject {
  readonly subject: string;
  readonly path: "d1" | "durable-object" | "argon2-wasm" | "pbkdf2";
  readonly contracts: readonly (keyof typeof CONTRACTS)[];
}

/** Runs contracts inside workerd, each case as a test of its own. */
export function runCasesInWorkerd(
  workerd: () => Miniflare,
  { subject, path, contracts }: WorkerdSubject,
): void {
  for (const contract of contracts) {
    for (const [index, { name }] of CONTRACTS[contract].entries()) {
      test(`${subject}: ${name}`, async (t) => {
        const response = await workerd().dispatchFetch(`http://localhost/${path}/${contract}/${index}`);
        const { skipped, error } = await response.json() as CaseOutcome;
        if (error !== undefined) throw new Error(error);
        if (skipped !== undefined) t.skip(skipped);
      });
    }
  }
}
