import { type NpmPackage } from "../../_npm_packages.ts";

/** What `build` of dnt is told. */
export type DntOptions = Readonly<Record<string, unknown>>;

/**
 * Words a package's description as dnt wants it.
 *
 * @param about what is published of it
 * @param context all packages, and the address of the project's folder with a trailing slash
 * @returns what to call `build` with
 */
export function dntOptions(
  about: NpmPackage,
  { packages, root }: { readonly packages: readonly NpmPackage[]; readonly root: string },
): DntOptions {
  const { name, version, license, dependencies, peerDependencies, exports, out } = about;
  return {
    entryPoints: [...exports].filter(([, path]) => path.endsWith(".ts"))
      .map(([key, path]) => ({ kind: "export", name: key, path: `./${path}` })),
    outDir: `./${out}`,
    configFile: new URL("deno.json", root).href,
    package: { name, version, license, dependencies, peerDependencies },
    mappings: Object.fromEntries(
      about.siblings.map((specifier) => mappingOf(specifier, { packages, root })),
    ),
    compilerOptions: {
      target: "ES2022",
      lib: ["ES2023", "DOM", "DOM.Iterable"],
      noUncheckedIndexedAccess: true,
    },
    declaration: "inline",
    declarationMap: false,
    esModule: true,
    scriptModule: "cjs",
    shims: {},
    // Siblings are not on npm before the release: the workshop has them.
    skipNpmInstall: true,
    skipSourceOutput: true,
    // The packed packages are tested as they are installed.
    test: false,
    typeCheck: "both",
  };
}

/** Unless it is mapped, a sibling becomes part of the package: a second core in the process. */
function mappingOf(
  specifier: string,
  { packages, root }: { readonly packages: readonly NpmPackage[]; readonly root: string },
) {
  const sibling = packages.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  const subPath = specifier.slice((sibling?.name ?? "").length + 1);
  const source = sibling?.exports.get(subPath === "" ? "." : `./${subPath}`);
  if (sibling === undefined || source === undefined) {
    throw new Error(`Cannot build with dnt: nothing provides ${specifier}`);
  }
  const mapping = {
    name: sibling.name,
    version: `^${sibling.version}`,
    peerDependency: true,
    ...(subPath === "" ? {} : { subPath }),
  };
  return [new URL(source, root).href, mapping] as const;
}
