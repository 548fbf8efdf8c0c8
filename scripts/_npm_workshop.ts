import type { NpmPackage } from "./_npm_packages.ts";
import { runNpm } from "./_run_npm.ts";

/** Where engines find the types of what packages import. */
export const WORKSHOP = "npm/.workshop/";

/** `node:sqlite` is in the types of Node.js 22; that Node.js 20 is enough elsewhere is for consumers to show. */
const NODE_TYPES = "22.20.5";

/**
 * Empties the folder of the packages and installs what they import of others.
 *
 * @param packages all that are going to be built
 */
export async function openWorkshop(packages: readonly NpmPackage[]): Promise<void> {
  await Deno.remove("npm", { recursive: true }).catch(ignoreMissing);
  await Deno.mkdir(WORKSHOP, { recursive: true });
  const dependencies = Object.assign(
    { "@types/node": NODE_TYPES },
    ...packages.map((each) => each.exactDependencies),
  );
  await Deno.writeTextFile(`${WORKSHOP}package.json`, JSON.stringify({ private: true, dependencies }));
  await runNpm(["install", "--ignore-scripts", "--omit=optional", "--no-package-lock"], WORKSHOP);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
