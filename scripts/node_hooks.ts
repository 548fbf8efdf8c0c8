/**
 * Makes Node.js find packages where a tsconfig.json says, as Bun does by itself.
 *
 * `node --import="file:///…/scripts/node_hooks.ts?tsconfig=file:///…/tsconfig.json"`
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

interface TsConfig {
  readonly compilerOptions: { readonly paths: Readonly<Record<string, readonly [string]>> };
}

const INSTALLED = "./node_modules/";

const address = new URL(import.meta.url).searchParams.get("tsconfig");
if (address === null) throw new Error("Cannot find packages: no ?tsconfig= in the address of the hooks");
const { compilerOptions: { paths } }: TsConfig = JSON.parse(readFileSync(new URL(address), "utf8"));

registerHooks({
  resolve(specifier, context, nextResolve) {
    const target = targetOf(specifier);
    if (target === undefined) return nextResolve(specifier, context);
    if (!target.startsWith(INSTALLED)) return nextResolve(pathToFileURL(target).href, context);
    // As if the tsconfig.json itself had imported it, so that the package's own exports decide.
    return nextResolve(target.slice(INSTALLED.length), { ...context, parentURL: address });
  },
});

/** The exact name, or the package whose name it begins with. */
function targetOf(specifier: string): string | undefined {
  const exact = paths[specifier]?.[0];
  if (exact !== undefined) return exact;
  for (const [pattern, [target]] of Object.entries(paths)) {
    if (!pattern.endsWith("/*") || !specifier.startsWith(pattern.slice(0, -1))) continue;
    return target.slice(0, -1) + specifier.slice(pattern.length - 1);
  }
  return undefined;
}
