import assert from "node:assert/strict";
import test from "node:test";
import { APPLICATION, compile, makeFolder, NODE, run } from "./_application.ts";

const SOURCES = new URL("nest/", import.meta.url);

/** As `nest new` sets it. */
const OPTIONS = {
  module: "commonjs",
  moduleResolution: "node10",
  emitDecoratorMetadata: true,
  experimentalDecorators: true,
  esModuleInterop: true,
  skipLibCheck: true,
  isolatedModules: true,
  types: ["node", "jest"],
};

const JEST = {
  testEnvironment: "node",
  testRegex: "\\.spec\\.ts$",
  transform: { "\\.ts$": ["ts-jest", { tsconfig: "tsconfig.json" }] },
};

test("an application in NestJS compiles to CommonJS with TypeScript 5.9, and its tests run in Jest", async () => {
  const folder = await makeFolder("nest");
  for (const file of ["accounts.ts", "accounts.spec.ts"]) {
    await Deno.copyFile(new URL(file, SOURCES), `${folder}/${file}`);
  }
  const compiled = await compile(folder, {
    typescript: "typescript",
    options: { ...OPTIONS, outDir: "out" },
  });
  assert.ok(compiled.success, compiled.output);
  await Deno.writeTextFile(`${folder}/jest.config.json`, JSON.stringify(JEST));
  const jest = `${APPLICATION}/node_modules/jest/bin/jest.js`;
  const { success, output } = await run([NODE, jest, "--config=jest.config.json", "--runInBand"], folder);
  assert.ok(success, output);
  assert.match(output, /^Tests: +2 passed, 2 total$/m);
});
