import ts from "npm:typescript@6.0.3";
import type { NpmPackage } from "../../_npm_packages.ts";
import { WORKSHOP } from "../../_npm_workshop.ts";
import { withJsSpecifiers } from "./_with_js_specifiers.ts";

/** The two kinds of module that each package has. */
export type ModuleKind = "module" | "commonjs";

const OPTIONS: ts.CompilerOptions = {
  // What Node.js 20 understands.
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  rewriteRelativeImportExtensions: true,
  declaration: true,
  esModuleInterop: true,
  isolatedDeclarations: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  types: ["node"],
};

/** Where nothing is written to: only the paths below count. */
const OUT = "/out/";

/**
 * Compiles all packages at once, and checks their types.
 *
 * @param packages of the project in the current folder
 * @param kind of module
 * @returns texts of JavaScript and declarations by the path of their source, with another ending
 * @throws {Error} when the types do not fit
 */
export function compile(packages: readonly NpmPackage[], kind: ModuleKind): ReadonlyMap<string, string> {
  const root = `${Deno.cwd().replaceAll("\\", "/")}/`;
  const options: ts.CompilerOptions = {
    ...OPTIONS,
    module: kind === "module" ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
    typeRoots: [`${root}${WORKSHOP}node_modules/@types`],
    rootDir: root,
    outDir: OUT,
  };
  const entryPoints = packages.flatMap(({ exports }) => [...exports.values()]);
  const program = ts.createProgram({
    rootNames: entryPoints.filter((path) => path.endsWith(".ts")).map((path) => root + path),
    options,
    host: resolvingHost(packages, options, root),
  });
  const files = new Map<string, string>();
  const { diagnostics } = program.emit(
    undefined,
    (path, text) => void files.set(path.slice(OUT.length), text),
    undefined,
    undefined,
    { afterDeclarations: [withJsSpecifiers] },
  );
  refuse([...ts.getPreEmitDiagnostics(program), ...diagnostics], root);
  return files;
}

/** Takes the project's own packages from their sources, and those of others from the workshop. */
function resolvingHost(packages: readonly NpmPackage[], options: ts.CompilerOptions, root: string) {
  const own = new Map(
    packages.flatMap(({ name, exports }) =>
      [...exports].map(([key, source]) => [name + key.slice(1), root + source] as const)
    ),
  );
  const host = ts.createCompilerHost(options);
  const cache = ts.createModuleResolutionCache(root, (path) => path, options);
  host.resolveModuleNameLiterals = (literals, importer) =>
    literals.map(({ text }) => {
      const source = own.get(text);
      if (source !== undefined) {
        return { resolvedModule: { resolvedFileName: source, extension: ts.Extension.Ts } };
      }
      const isProjects = importer.startsWith(root) && !importer.includes("/node_modules/");
      const from = isProjects && !text.startsWith(".") ? `${root}${WORKSHOP}importer.ts` : importer;
      return ts.resolveModuleName(text, from, options, host, cache);
    });
  return host;
}

function refuse(diagnostics: readonly ts.Diagnostic[], root: string): void {
  if (diagnostics.length === 0) return;
  throw new Error(ts.formatDiagnostics(diagnostics, {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (path) => path,
    getNewLine: () => "\n",
  }));
}
