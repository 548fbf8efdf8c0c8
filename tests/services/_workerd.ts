import { throttleCases, userStoreCases } from "@userharbor/core/testing";
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

/** Starts workerd, as it is behind Cloudflare's Workers, with an empty D1 database and a Durable Object. */
export async function startWorkerd(): Promise<Miniflare> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("workerd/worker.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "neutral",
    external: ["node:*"],
    alias: packagePaths(),
    write: false,
  });
  await stop();
  const workerd = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.mjs", contents: outputFiles[0]?.text ?? "" }],
    compatibilityDate: "2026-04-01",
    compatibilityFlags: ["nodejs_compat"], // for the assertions of the contracts
    d1Databases: ["DB"],
    durableObjects: { ACCOUNTS: { className: "Accounts", useSQLite: true } },
  });
  await workerd.ready;
  return workerd;
}

/** The contracts that run there, by the names that the worker knows them by. */
const CONTRACTS = {
  stores: userStoreCases(() => Promise.reject(new Error("runs in workerd"))),
  throttles: throttleCases(() => Promise.reject(new Error("runs in workerd"))),
};

/** Runs the contracts inside workerd, each case as a test of its own. */
export function runCasesInWorkerd(
  workerd: () => Miniflare,
  { subject, store }: { readonly subject: string; readonly store: "d1" | "durable-object" },
): void {
  for (const [contract, cases] of Object.entries(CONTRACTS)) {
    for (const [index, { name }] of cases.entries()) {
      test(`${subject}: ${name}`, async (t) => {
        const response = await workerd().dispatchFetch(`http://localhost/${store}/${contract}/${index}`);
        const { skipped, error } = await response.json() as CaseOutcome;
        if (error !== undefined) throw new Error(error);
        if (skipped !== undefined) t.skip(skipped);
      });
    }
  }
}
