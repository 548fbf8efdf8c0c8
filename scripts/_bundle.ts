import { gzipSync } from "node:zlib";
import { packagePaths } from "./_package_paths.ts";
import type { Tree } from "./_read_tree.ts";
import { ESBUILD } from "./_tool_specifiers.ts";

/** The part of esbuild that is used. */
interface Bundler {
  build(options: object): Promise<Built>;
  stop(): Promise<void>;
}

interface Built {
  readonly outputFiles: readonly { readonly contents: Uint8Array; readonly text: string }[];
  readonly metafile: {
    readonly inputs: Readonly<Record<string, { readonly imports: readonly BuiltImport[] }>>;
    readonly outputs: Readonly<
      Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
    >;
  };
}

interface BuiltImport {
  readonly path: string;
  readonly kind: string;
  readonly external?: boolean;
}

interface Resolving {
  readonly path: string;
}

interface PluginBuild {
  onResolve(
    options: { readonly filter: RegExp },
    resolve: (resolving: Resolving) => { readonly path: string; readonly external?: boolean } | undefined,
  ): void;
  onLoad(
    options: { readonly filter: RegExp },
    load: (loading: Resolving) => { readonly contents: string; readonly loader: "ts" } | undefined,
  ): void;
}

/** What every module of a bundle imports, types aside; a module that is not ours is a bare name. */
export type ModuleGraph = ReadonlyMap<string, readonly ImportedModule[]>;

/** One import of a module. */
export interface ImportedModule {
  /** A path from the root of the project, or a bare name. */
  readonly module: string;
  /** Whether it is loaded only when it comes to it, by `import(…)`. */
  readonly isDynamic: boolean;
}

/** What to bundle. */
export interface BundleRequest {
  /** The project, in the current folder. */
  readonly tree: Tree;
  /** TypeScript that imports what is to be bundled, as if it were a file in the root. */
  readonly code: string;
  /** Modules whose exports are to be left out, by path. */
  readonly leftOut?: ReadonlySet<string>;
  /** Whether to take the white space and long names out, which is what people ship. Default: true. */
  readonly minify?: boolean;
}

/** What a bundler makes of our modules. */
export interface Bundle {
  readonly text: string;
  readonly gzippedBytes: number;
  readonly graph: ModuleGraph;
  /** How many bytes of the bundle come from each module. */
  readonly bytesOf: ReadonlyMap<string, number>;
}

/**
 * Bundles modules of the project as an application's bundler would.
 *
 * The sources, not the built packages: the build takes types away and adds nothing.
 *
 * @param request what to bundle
 * @returns the bundle, and what was in it
 */
export async function bundle(
  { tree, code, leftOut = new Set(), minify = true }: BundleRequest,
): Promise<Bundle> {
  const { build }: Bundler = await import(ESBUILD);
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: Deno.cwd(), loader: "ts" },
    bundle: true,
    minify,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    legalComments: "none",
    metafile: true,
    write: false,
    // As the compiler that makes the packages has it: an import that is not marked as a type's stays.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    plugins: [{ name: "workspace", setup: (build: PluginBuild) => setUp(build, { tree, leftOut }) }],
  });
  const [output] = Object.values(metafile.outputs);
  return {
    text: outputFiles[0]?.text ?? "",
    gzippedBytes: gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).byteLength,
    graph: new Map(
      Object.entries(metafile.inputs).map(([path, { imports }]) => [path, imports.map(asImport)]),
    ),
    bytesOf: new Map(
      Object.entries(output?.inputs ?? {}).map(([path, { bytesInOutput }]) => [path, bytesInOutput]),
    ),
  };
}

function setUp(
  build: PluginBuild,
  { tree, leftOut }: { readonly tree: Tree; readonly leftOut: ReadonlySet<string> },
): void {
  const { own } = packagePaths(tree);
  build.onResolve({ filter: /^[^./]/ }, ({ path }) => {
    const target = own.get(path);
    return target === undefined ? { path, external: true } : { path: `${Deno.cwd()}/${target}` };
  });
  build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
    const module = path.slice(Deno.cwd().length + 1);
    if (!leftOut.has(module)) return undefined;
    return { contents: withoutBodies(tree.get(module) ?? ""), loader: "ts" };
  });
}

/** What a module exports, and nothing behind it. */
function withoutBodies(text: string): string {
  return [...text.matchAll(/^export (?:async )?(?:class|const|function\*?) (\w+)/gm)]
    .map(([, name]) => `export const ${name} = undefined;`).join("\n");
}

function asImport({ path, kind }: BuiltImport): ImportedModule {
  return { module: path, isDynamic: kind === "dynamic-import" };
}

/** Ends the process that bundles. */
export async function stopBundling(): Promise<void> {
  const { stop }: Bundler = await import(ESBUILD);
  await stop();
}
