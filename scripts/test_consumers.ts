/**
 * Installs the packed packages as applications do, in a folder that is thrown away, and runs `tests/consumers`
 * on them. `deno task build:npm` comes first. Names of test files leave out the others.
 *
 * @module
 */

import { packedPackages } from "./_packed_packages.ts";
import { runNpm } from "./_run_npm.ts";

/** What the applications use beside the packages: NestJS 11 is the last that is CommonJS, as most of them are. */
const APPLICATION = {
  "@nestjs/common": "11.2.6",
  "@nestjs/core": "11.2.6",
  "@nestjs/testing": "11.2.6",
  "@types/jest": "30.0.0",
  "@types/node": "22.20.5",
  "argon2id": "1.0.1",
  "jest": "30.5.2",
  "reflect-metadata": "0.2.2",
  "rxjs": "7.8.2",
  "ts-jest": "29.4.15",
  "typescript": "5.9.3",
  "typescript6": "npm:typescript@6.0.3",
  "wrangler": "4.86.0", // the last for Node.js 20
};

/** Packages on npm that are one executable each. */
function runtimes(): Readonly<Record<string, string>> {
  const { os, arch } = Deno.build;
  const system = os === "windows" ? "win" : os;
  const cpu = arch === "x86_64" ? "x64" : "arm64";
  const bun = cpu === "arm64" ? "aarch64" : "x64-baseline"; // baseline: for every processor
  return {
    node20: `npm:node-${system}-${cpu}@20.20.2`,
    node22: `npm:node-${system}-${cpu}@22.23.3`,
    node24: `npm:node-${system}-${cpu}@24.21.0`,
    bun: `npm:@oven/bun-${os}-${bun}@1.4.5`,
  };
}

async function install(folder: string, dependencies: Readonly<Record<string, string>>): Promise<void> {
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ private: true, dependencies }));
  await runNpm(["install", "--ignore-scripts", "--prefer-offline", "--no-package-lock"], folder);
}

async function main(): Promise<void> {
  const packed = await packedPackages();
  const tarballs = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Promise.all([
      install(`${folder}/application`, { ...APPLICATION, ...tarballs }),
      install(`${folder}/runtimes`, runtimes()),
    ]);
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--parallel", "--frozen", ...Deno.args.filter((arg) => arg !== "--")],
      cwd: "tests/consumers",
      env: { CONSUMERS_FOLDER: folder },
    }).spawn().status;
    if (!success) Deno.exitCode = 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main();
