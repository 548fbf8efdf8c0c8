/**
 * Lets Node.js 22 read `using`, which it does not know: files that have it, and these are tests alone, are
 * rewritten by TypeScript as they are loaded. All others are run as they are.
 *
 * `node --import="file:///…/scripts/node_using.ts?tsconfig=file:///…/tsconfig.json"`, with TypeScript installed
 * beside that file.
 *
 * @module
 */

import { createRequire, registerHooks } from "node:module";

/** What is used of TypeScript. */
interface Compiler {
  readonly transpileModule: (
    text: string,
    options: { readonly compilerOptions: Readonly<Record<string, unknown>> },
  ) => { readonly outputText: string };
  readonly ScriptTarget: { readonly ES2022: number };
  readonly ModuleKind: { readonly ESNext: number };
}

const USING = /^\s*(?:await )?using \w+ = /m;

const address = new URL(import.meta.url).searchParams.get("tsconfig");
if (address === null) throw new Error("Cannot find TypeScript: no ?tsconfig= in the address of the hooks");
const typescript: Compiler = createRequire(address)("typescript");
const compilerOptions = {
  target: typescript.ScriptTarget.ES2022,
  module: typescript.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
};

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (loaded.format !== "module-typescript" || loaded.source === undefined) return loaded;
    const text = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
    if (!USING.test(text)) return loaded;
    const { outputText } = typescript.transpileModule(text, { compilerOptions });
    return { format: "module", source: outputText, shortCircuit: true };
  },
});
