import assert from "node:assert/strict";
import test from "node:test";
import { compile, makeFolder, PROGRAMS } from "./_application.ts";
import { entryPoints, packedPackages } from "../../scripts/_packed_packages.ts";

const specifiers = (await packedPackages()).flatMap(entryPoints);

interface Setting {
  readonly name: string;
  /** Endings of the same program, each another kind of module. */
  readonly endings: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly typescript?: string;
}

const SETTINGS: readonly Setting[] = [
  { name: "node16", endings: ["ts", "mts", "cts"], options: { module: "node16" } },
  { name: "nodenext", endings: ["mts", "cts"], options: { module: "nodenext" } },
  { name: "bundler", endings: ["ts"], options: { module: "esnext", moduleResolution: "bundler" } },
  {
    name: "nodenext of TypeScript 5.9",
    endings: ["mts", "cts"],
    options: { module: "nodenext" },
    typescript: "typescript",
  },
  {
    name: "node10 of TypeScript 5.9",
    endings: ["ts"],
    options: { module: "commonjs", moduleResolution: "node10" },
    typescript: "typescript",
  },
];

for (const { name, endings, options, typescript } of SETTINGS) {
  test(`an application and every declaration fit strictly with ${name}`, async () => {
    const folder = await makeFolder(`types-${name.replaceAll(/\W+/g, "-")}`);
    for (const ending of endings) {
      await Deno.copyFile(`${PROGRAMS}lifecycle.ts`, `${folder}/lifecycle.${ending}`);
      const everything = specifiers.map((specifier, index) => `export * as e${index} from "${specifier}";\n`);
      await Deno.writeTextFile(`${folder}/everything.${ending}`, everything.join(""));
    }
    const { success, output } = await compile(folder, {
      options: { noEmit: true, skipLibCheck: false, exactOptionalPropertyTypes: true, ...options },
      ...(typescript === undefined ? {} : { typescript }),
    });
    assert.ok(success, output);
  });
}

test("without the types of Node.js an application of the web fits strictly, too", async () => {
  const folder = await makeFolder("types-web");
  await Deno.copyFile(`${PROGRAMS}browser.ts`, `${folder}/browser.ts`);
  const { success, output } = await compile(folder, {
    options: {
      noEmit: true,
      skipLibCheck: false,
      module: "esnext",
      moduleResolution: "bundler",
      lib: ["es2022", "dom"],
      types: [],
    },
  });
  assert.ok(success, output);
});

test("a wrong call does not fit", async () => {
  const folder = await makeFolder("types-wrong");
  const program = 'import { UserHarbor } from "@userharbor/core";\nnew UserHarbor({ store: 1 });\n';
  for (const ending of ["mts", "cts"]) await Deno.writeTextFile(`${folder}/wrong.${ending}`, program);
  const { success, output } = await compile(folder, { options: { noEmit: true, module: "nodenext" } });
  assert.equal(success, false);
  assert.match(output, /wrong\.mts.*TS2322/);
  assert.match(output, /wrong\.cts.*TS2322/);
});
