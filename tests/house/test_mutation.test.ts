import assert from "node:assert/strict";
import test from "node:test";
import { type Mutant, sampleOf, scoreOf, summarize, trustIn } from "../../scripts/test_mutation.ts";

function mutants(...statuses: readonly string[]): readonly Mutant[] {
  return statuses.map((status) => ({
    status,
    mutatorName: "BlockStatement",
    location: { start: { line: 1 } },
  }));
}

test("scoreOf() counts what was noticed among what could be, and a mutant that hangs as noticed (T19)", () => {
  const all = mutants("Killed", "Killed", "Timeout", "Survived", "NoCoverage", "Ignored", "CompileError");
  assert.deepEqual(scoreOf(all), { noticed: 3, survived: 2, score: 60 });
});

test("summarize() has a line for each file and one for all, and 85 of 100 are enough (T19)", () => {
  const files = (killed: number) => ({
    "flows/login.ts": { mutants: mutants(...Array<string>(killed).fill("Killed")) },
    "flows/logout.ts": { mutants: mutants(...Array<string>(100 - killed).fill("Survived")) },
  });
  const { text, enough } = summarize({ files: files(85) });
  assert.equal(enough, true);
  assert.deepEqual(text.split("\n").map((line) => line.split(/\s+/)[0]), [
    "",
    "flows/login.ts",
    "flows/logout.ts",
    "all",
  ]);
  assert.match(text, /^all\s+85\.0 %\s+85\s+15$/m);
  assert.equal(summarize({ files: files(84) }).enough, false);
});

test("sampleOf() takes about its share of the places, and the same ones for the same seed", () => {
  const tree = new Map<string, string>(
    Array.from({ length: 50 }, (_, index) => [`flows/flow${index}.ts`, "line\n".repeat(100)]),
  );
  tree.set("adapters/other.ts", "line\n".repeat(1_000));
  const sample = (seed: number) => sampleOf(tree, { folders: ["flows"], share: 0.1, seed });
  assert.deepEqual(sample(1), sample(1));
  assert.notDeepEqual(sample(1), sample(2));
  assert.ok(sample(1).length > 25 && sample(1).length < 85, String(sample(1).length));
  assert.ok(sample(1).every((range) => /^flows\/flow\d+\.ts:\d+-\d+$/.test(range)));
  assert.deepEqual(sampleOf(tree, { folders: ["flows"], share: 0, seed: 1 }), []);
});

test("trustIn() trusts verdicts that agree when judged twice, while all tests pass without a mutant (T19)", () => {
  const agreeing = [{ kind: "twice", agrees: true }, { kind: "unmutated", failures: [] }, { kind: "anew" }];
  assert.equal(trustIn(agreeing).sound, true);
  assert.equal(trustIn([...agreeing, { kind: "twice", agrees: false }]).sound, false);
  assert.equal(trustIn([...agreeing, { kind: "unmutated", failures: ["a test"] }]).sound, false);
  assert.match(trustIn(agreeing).text, /judged twice 1, alike 1;/);
});
