import { importsOf } from "./_imports_of.ts";
import type { Tree } from "./_read_tree.ts";
import { resolveRelative } from "./_resolve_relative.ts";
import { TYPESCRIPT } from "./_tool_specifiers.ts";

/** The part of the compiler's interface that is used. */
interface Compiler {
  createCompilerHost(options: object): Host;
  createSourceFile(path: string, text: string, options: unknown): unknown;
  createProgram(paths: readonly string[], options: object, host: Host): Program;
  getPreEmitDiagnostics(program: Program): readonly { readonly messageText: unknown }[];
  transpileDeclaration(text: string, options: object): { readonly outputText: string };
}

interface Host {
  fileExists(path: string): boolean;
  readFile(path: string): string | undefined;
}

interface Program {
  getNodeCount(): number;
  getSymbolCount(): number;
  getTypeCount(): number;
  getInstantiationCount(): number;
}

/** What the compiler counts: what it reads, binds, makes types of, and works out for generic ones. */
export type TypeCost = Readonly<Record<"nodes" | "symbols" | "types" | "instantiations", number>>;

/** As in the strictest tsconfig that people have, with the libraries that the compiler takes by itself. */
const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  target: 9, // ES2022
  module: 99, // ESNext
  moduleResolution: 100, // Bundler
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  types: [],
} as const;

/** Where `@userharbor/core` is installed. */
const PACKAGE = "/app/node_modules/@userharbor/core/";

/**
 * Counts what a strict check of one file costs with `@userharbor/core` installed as its declarations, library files
 * included.
 *
 * @param tree the project
 * @param texts the files to check, each by itself
 * @returns what each cost; counts, so the same at every run
 * @throws {Error} when one of them does not pass
 */
export async function typeCosts(tree: Tree, texts: readonly string[]): Promise<readonly TypeCost[]> {
  const { default: compiler }: { readonly default: Compiler } = await import(TYPESCRIPT);
  const installed = declarationsOf(tree, compiler);
  const libraries = new Map<string, unknown>();
  return texts.map((text) => {
    const own = new Map([...installed, ["/app/main.ts", text]]);
    const host = compiler.createCompilerHost(OPTIONS);
    const readFile = (path: string) => own.get(path) ?? host.readFile(path);
    const parse = (path: string, options: unknown) =>
      compiler.createSourceFile(path, readFile(path) ?? "", options);
    const program = compiler.createProgram(["/app/main.ts"], OPTIONS, {
      ...host,
      ...{ getCurrentDirectory: () => "/app", directoryExists: () => true, realpath: (path: string) => path },
      ...{
        getSourceFile(path: string, options: unknown): unknown {
          if (own.has(path)) return parse(path, options);
          if (!libraries.has(path)) libraries.set(path, parse(path, options));
          return libraries.get(path);
        },
      },
      fileExists: (path) => own.has(path) || host.fileExists(path),
      readFile,
    });
    const [mistake] = compiler.getPreEmitDiagnostics(program);
    if (mistake !== undefined) {
      throw new Error(`Cannot check the file: ${JSON.stringify(mistake.messageText)}`);
    }
    return {
      nodes: program.getNodeCount(),
      symbols: program.getSymbolCount(),
      types: program.getTypeCount(),
      instantiations: program.getInstantiationCount(),
    };
  });
}

/** The package as it is installed: what it declares, and nothing of what it does. */
function declarationsOf(tree: Tree, compiler: Compiler): ReadonlyMap<string, string> {
  const manifest = { name: "@userharbor/core", type: "module", exports: { ".": { types: "./mod.d.ts" } } };
  const files = new Map([[`${PACKAGE}package.json`, JSON.stringify(manifest)]]);
  const waiting = ["mod.ts"];
  for (const path of waiting) {
    const { outputText } = compiler.transpileDeclaration(tree.get(path) ?? "", {
      fileName: path,
      compilerOptions: { ...OPTIONS, noEmit: false, declaration: true, isolatedDeclarations: true },
    });
    files.set(PACKAGE + path.replace(/\.ts$/, ".d.ts"), outputText.replaceAll('.ts"', '.js"'));
    const imported = importsOf(outputText).map(({ specifier }) => resolveRelative(path, specifier));
    waiting.push(...imported.filter((each) => !waiting.includes(each)));
  }
  return files;
}
