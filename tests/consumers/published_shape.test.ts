import assert from "node:assert/strict";
import test from "node:test";
import { packedPackages } from "../../scripts/_packed_packages.ts";
import { complaintsOf, packagesNamedIn, typeProblemsOf } from "./_published_shape.ts";

for (const { name, tarball, folder, manifest } of await packedPackages()) {
  test(`publint has nothing to say about ${name}, not even a suggestion`, async () => {
    assert.deepEqual(await complaintsOf(tarball), []);
  });

  test(`attw finds the types of ${name} from every kind of module`, async () => {
    assert.deepEqual(await typeProblemsOf(tarball), []);
  });

  test(`${name} says what it is, where it is from and on what it runs`, () => {
    const { engines, sideEffects, repository, license } = manifest;
    assert.deepEqual(engines, { node: ">=20" });
    assert.equal(license, "MIT");
    assert.match(repository.url, /^git\+https:/);
    const main = manifest.exports["./main"];
    const active = main === undefined || typeof main === "string" ? false : [
      ...Object.values(manifest.bin ?? {}).map((path) => `./${path}`),
      main.import.default,
      main.require.default,
    ];
    assert.deepEqual(sideEffects, active);
  });

  test(`${name} declares every package that its files name, and names every one it declares`, async () => {
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
    const named = new Set(await packagesNamedIn(folder));
    named.delete(name);
    assert.deepEqual([...named].sort(), Object.keys(declared).sort());
    // One core, and one of each sibling, serves a whole application.
    const siblings = Object.keys(manifest.dependencies ?? {}).filter((each) =>
      each.startsWith("@userharbor/")
    );
    assert.deepEqual(siblings, []);
  });
}
