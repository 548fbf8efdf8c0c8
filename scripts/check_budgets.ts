/**
 * What the packages may weigh: how much code they bring, what that does before anybody calls it, what it costs a type
 * check. No time is measured here; `deno task bench` does that. `--write` states the sizes anew.
 *
 * @module
 */

import { bundle, stopBundling } from "./_bundle.ts";
import { findLeaks } from "./_module_leaks.ts";
import { operationFiles } from "./_operation_files.ts";
import { readTree, type Tree } from "./_read_tree.ts";
import { type TypeCost, typeCosts } from "./_type_cost.ts";
import { report, type Violation } from "./_violation.ts";
import { workspacePackages } from "./_workspace.ts";

/** Where the sizes are stated; what is stated there is the limit. */
const STATED_IN = "benchmarks/README.md";

/** How far a size may be from what is stated. */
const MAX_GROWTH = 1.01;
const MAX_SHRINKAGE = 0.97;

/** What may be left of `import "@userharbor/core"` once a bundler took out all that nobody uses: bytes. */
const MAX_IMPORT_WORK_BYTES = 300;

/** What a strict check of a small consumer may cost beside that of an empty file. */
const MAX_TYPE_COST = 1.15;

/** What UserHarbor began with, by the names that their events have. */
const FIRST_OPERATIONS: readonly string[] = [
  ...["register", "verify_email", "resend_verification", "login", "verify_session", "get_current_user"],
  ...["logout", "logout_all", "send_password_reset", "reset_password", "change_password", "delete_account"],
  ...["grant_role", "revoke_role", "get_roles", "get_permissions"],
  ...["has_role", "has_permission", "require_role", "require_permission"],
  ...["roles.create", "roles.delete", "roles.list"],
  ...["roles.grant_permission", "roles.revoke_permission", "roles.permissions"],
  ...["permissions.create", "permissions.delete", "permissions.list"],
];

/** What counts attempts, which only an application with a `throttle` uses. */
const LIMITS_ON_ATTEMPTS = ["flows/_throttling.ts", "flows/_throttle_limits.ts"];

/** What an application's own module has, in twenty lines. */
const CONSUMER = `\
import { isUserHarborError, UserHarbor } from "@userharbor/core";
import type { EmailSender, PasswordHasher, User, UserStore } from "@userharbor/core";

interface Member extends User {
  readonly team: string;
}

declare const store: UserStore<Member>;
declare const emailSender: EmailSender;
declare const passwordHasher: PasswordHasher;

export const harbor = new UserHarbor({ store, emailSender, passwordHasher, sessionTtlSeconds: 3_600 });

export async function editorOf(sessionToken: string): Promise<string | null> {
  return await harbor.requireRole(sessionToken, "editor").then(({ team }) => team, (error: unknown) => {
    if (isUserHarborError(error) && error.code === "permission_denied") return null;
    throw error;
  });
}
`;

/** A size that is stated in the documentation, by what it is the size of. */
export type Sizes = Readonly<Record<string, number>>;

/**
 * Measures the core: minified and gzipped, in bytes.
 *
 * @param tree the project, in the current folder
 * @returns the sizes by the names that the documentation has for them
 * @throws {Error} when one of the first operations is bound to no flow
 */
async function measureSizes(tree: Tree): Promise<Sizes> {
  const files = operationFiles(tree);
  const missing = FIRST_OPERATIONS.filter((name) => !files.has(name));
  if (missing.length > 0) throw new Error(`Cannot measure without ${missing.join(", ")}: nothing binds them`);
  const kept = FIRST_OPERATIONS.flatMap((name) => files.get(name) ?? []);
  const leftOut = new Set([...files.values()].flat().filter((path) => !kept.includes(path)));
  const withoutLimits = new Set([...leftOut, ...LIMITS_ON_ATTEMPTS]);
  const asUsed = 'export { isUserHarborError, UserHarbor, UserHarborError } from "@userharbor/core";';
  return {
    "all that `@userharbor/core` exports":
      (await bundle({ tree, code: 'export * from "@userharbor/core";' })).gzippedBytes,
    "`UserHarbor` with all its operations": (await bundle({ tree, code: asUsed })).gzippedBytes,
    "`UserHarbor` with its first 29 operations": (await bundle({ tree, code: asUsed, leftOut })).gzippedBytes,
    "the same without limits on attempts":
      (await bundle({ tree, code: asUsed, leftOut: withoutLimits })).gzippedBytes,
  };
}

/**
 * Compares sizes with what the documentation says, in a table whose rows begin with the names.
 *
 * @param sizes in bytes
 * @param text the documentation
 * @returns every size that it does not state, every one that is another by now, and every one beyond its goal
 */
export function compareSizes(sizes: Sizes, text: string): Violation[] {
  const rows = text.split("\n").filter((line) => line.startsWith("|")).map((line) => line.split(/\s*\|\s*/));
  return Object.entries(sizes).flatMap(([name, bytes]) => {
    const [, , size = "", goal = ""] = rows.find((row) => row[1] === name) ?? [];
    const [stated, most] = [size, goal].map((cell) => cell.match(/^(\d+\.\d) kB$/)?.[1]);
    if (stated === undefined) return [{ path: STATED_IN, message: `does not state the size of ${name}` }];
    if (most !== undefined && bytes > Number(most) * 1000) {
      return [{ path: STATED_IN, message: `wants ${most} kB at most for ${name}: it has ${bytes} bytes` }];
    }
    const share = bytes / (Number(stated) * 1000);
    if (share <= MAX_GROWTH && share >= MAX_SHRINKAGE) return [];
    return [{ path: STATED_IN, message: `states ${stated} kB for ${name}: it has ${inKilobytes(bytes)}` }];
  });
}

/**
 * States sizes anew.
 *
 * @param sizes in bytes
 * @param text the documentation
 * @returns the documentation with these sizes in the rows that begin with their names
 */
export function stateSizes(sizes: Sizes, text: string): string {
  return text.split("\n").map((line) => {
    const bytes = line.startsWith("|") ? sizes[line.split(/\s*\|\s*/)[1] ?? ""] : undefined;
    return bytes === undefined ? line : line.replace(/\d+\.\d kB/, inKilobytes(bytes));
  }).join("\n");
}

function inKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

async function findLeaksOfAll(tree: Tree): Promise<Violation[]> {
  const packages = workspacePackages(tree);
  const entryPoints = packages.flatMap((each) => each.entryPoints);
  const code = entryPoints.map((path) => `import "./${path}";`).join("\n");
  const { graph } = await bundle({ tree, code, minify: false });
  return entryPoints.flatMap((entryPoint) => findLeaks({ entryPoint, graph, packages }));
}

/** The core is loaded as a whole and at once, wants nothing from npm, and does nothing until it is called. */
async function findImportCosts(tree: Tree): Promise<Violation[]> {
  const path = "mod.ts";
  const { text, graph } = await bundle({ tree, code: 'import "@userharbor/core";' });
  const imports = [...graph.values()].flat();
  const foreign = imports.filter(({ module }) => !graph.has(module));
  return [
    ...foreign.map(({ module }) => ({ path, message: `depends on ${module}` })),
    ...imports.filter(({ isDynamic }) => isDynamic)
      .map(({ module }) => ({ path, message: `loads ${module} at some later time` })),
    ...(text.length > MAX_IMPORT_WORK_BYTES
      ? [{ path, message: `works before it is called, or so a bundler must think: ${text.trim()}` }]
      : []),
  ];
}

/** Ratios: what the core adds to the libraries that any file is checked with. */
async function measureTypeCost(tree: Tree): Promise<TypeCost> {
  const [empty, consumer] = await typeCosts(tree, ["export {};\n", CONSUMER]);
  if (empty === undefined || consumer === undefined) throw new Error("Cannot measure: nothing was checked");
  return {
    nodes: consumer.nodes / empty.nodes,
    symbols: consumer.symbols / empty.symbols,
    types: consumer.types / empty.types,
    instantiations: consumer.instantiations / empty.instantiations,
  };
}

async function main(): Promise<void> {
  const tree = await readTree();
  const sizes = await measureSizes(tree);
  const documentation = tree.get(STATED_IN) ?? "";
  if (Deno.args.includes("--write")) {
    await Deno.writeTextFile(STATED_IN, stateSizes(sizes, documentation));
    await stopBundling();
    return;
  }
  const typeCost = await measureTypeCost(tree);
  const violations = [
    ...compareSizes(sizes, documentation),
    ...await findLeaksOfAll(tree),
    ...await findImportCosts(tree),
    ...Object.entries(typeCost).filter(([, ratio]) => ratio > MAX_TYPE_COST)
      .map(([what, ratio]) => ({
        path: "mod.ts",
        message: `a small consumer has ${ratio.toFixed(2)} times the ${what} of an empty file`,
      })),
  ];
  await stopBundling();
  for (const [name, bytes] of Object.entries(sizes)) console.log(`${inKilobytes(bytes)}  ${name}`);
  for (const [what, ratio] of Object.entries(typeCost)) console.log(`${ratio.toFixed(3)} × the ${what}`);
  report("budgets", violations);
}

if (import.meta.main) await main();
