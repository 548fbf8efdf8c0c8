/** Loads every entry point that the arguments name, by `import` and by `require`, and compares them. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import process from "node:process";

const require = createRequire(import.meta.url);

for (const name of process.argv.slice(2)) {
  const names = [await import(name), require(name)].map((module) =>
    Object.keys(module).filter((key) => key !== "default" && key !== "module.exports").sort()
  );
  assert.ok(names[0].length > 0, `${name} exports nothing`);
  assert.deepEqual(names[1], names[0], name);
}
console.log(`${process.argv.length - 2} entry points`);
