import assert from "node:assert/strict";
import { test } from "node:test";
import { projectFiles, readProjectFile } from "./_markdown.ts";

const SOURCES = projectFiles().filter((path) =>
  path.endsWith(".ts") && !/\.test\.ts$|^(?:tests|docs|scripts|benchmarks)\//.test(path)
);

/** Every finding that the code can make: code and level. */
function findings(): Set<string> {
  const made = SOURCES.map(readProjectFile).flatMap((text) => [
    ...[...text.matchAll(/\b(unsafe|advice)\(\s*"(\w+)"/g)].map(([, level, code]) => `${code} ${level}`),
    ...[...text.matchAll(/code: "(\w+)",\s+level: ([^,\n]+)/g)].flatMap(([, code, level = ""]) =>
      [...level.matchAll(/"(unsafe|advice)"/g)].map(([, each]) => `${code} ${each}`)
    ),
  ]);
  return new Set(made);
}

test("operations.md lists every finding of diagnose() with its level, and no other", () => {
  const page = readProjectFile("docs/operations.md").split("### diagnose")[1] ?? "";
  const listed = [...page.matchAll(/^\| `(\w+)` +\| (unsafe|advice|either) /gm)].flatMap(([, code, level]) =>
    level === "either" ? [`${code} unsafe`, `${code} advice`] : [`${code} ${level}`]
  );
  const made = findings();
  assert.ok(made.size >= 15);
  assert.deepEqual(listed.toSorted(), [...made].toSorted());
});
