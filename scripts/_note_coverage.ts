/**
 * Loaded before a test file: when that ends, it notes which mutants were come across.
 *
 * @module
 */

/** What Stryker's instrumentation keeps. */
interface Instrumented {
  readonly __stryker__?: { readonly mutantCoverage?: { readonly static: Readonly<Record<string, number>> } };
}

globalThis.addEventListener("unload", () => {
  const { __stryker__: stryker } = globalThis as Instrumented;
  const file = Deno.env.get("MUTATION_COVERAGE");
  if (file === undefined) return;
  Deno.writeTextFileSync(file, JSON.stringify(Object.keys(stryker?.mutantCoverage?.static ?? {})));
});
