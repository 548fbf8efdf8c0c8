import type { PrismaDatabase } from "@userharbor/sql/prisma";
import { build, stop } from "esbuild";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { run } from "./servers/_process.ts";

/** Exact, so that a run can be repeated. */
const PACKAGES = ["prisma@7.10.1", "@prisma/client@7.10.0", "@prisma/adapter-pg@7.10.1"];

const SCHEMA = `
datasource db {
  provider = "postgresql"
}
generator client {
  provider = "prisma-client"
  output   = "../generated"
}
model Profile {
  username String @id
  @@map("profiles")
}
`;

const CONFIG = `import { defineConfig } from "prisma/config";
export default defineConfig({ schema: "prisma/schema.prisma" });
`;

const ENTRY = `import { PrismaClient } from "./generated/client.ts";
import { PrismaPg } from "@prisma/adapter-pg";
export const open = (connectionString) => new PrismaClient({ adapter: new PrismaPg({ connectionString, max: 20 }) });
`;

/** What dependencies that are not modules ask for. */
const BANNER = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

/** A client of Prisma's, as far as the tests touch it. */
export type OpenedPrisma = PrismaDatabase & {
  $transaction<T>(work: (transaction: PrismaDatabase) => Promise<T>): Promise<T>;
  $disconnect(): Promise<void>;
};

/** A project of an application that uses Prisma, in a folder of its own. */
export class PrismaProject implements Disposable {
  readonly open: (url: string) => OpenedPrisma;
  readonly #folder: string;

  private constructor(folder: string, open: (url: string) => OpenedPrisma) {
    this.#folder = folder;
    this.open = open;
  }

  /** Why it cannot be had where it cannot; in CI that is a failure instead. */
  static async install(): Promise<PrismaProject | string> {
    const folder = mkdtempSync(join(tmpdir(), "userharbor-prisma-"));
    try {
      await generate(folder);
      const bundle = join(folder, "bundle.mjs");
      await build({
        entryPoints: [join(folder, "entry.ts")],
        bundle: true,
        format: "esm",
        platform: "node",
        banner: { js: BANNER },
        outfile: bundle,
      });
      await stop();
      const { open } = await import(pathToFileURL(bundle).href);
      return new PrismaProject(folder, open);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      if (process.env["CI"]) throw error;
      const reason = "needs npm with its registry, and Node.js 20.19 or later, to install prisma";
      console.warn(`Warning: tests are skipped: ${reason}`);
      return reason;
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function generate(folder: string): Promise<void> {
  const inFolder = ["env", "-C", folder];
  await run(["mkdir", join(folder, "prisma")]);
  writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }`);
  writeFileSync(join(folder, "prisma.config.ts"), CONFIG);
  writeFileSync(join(folder, "entry.ts"), ENTRY);
  writeFileSync(join(folder, "prisma", "schema.prisma"), SCHEMA);
  await run([...inFolder, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", ...PACKAGES]);
  // It looks for the engine of `prisma migrate` and would download it; to generate a client it never calls it.
  const engine = `PRISMA_SCHEMA_ENGINE_BINARY=${process.execPath}`;
  await run([
    ...inFolder,
    engine,
    "CHECKPOINT_DISABLE=1",
    join(folder, "node_modules", ".bin", "prisma"),
    "generate",
  ]);
}
