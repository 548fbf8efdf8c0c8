import assert from "node:assert/strict";
import test from "node:test";
import { packedPackages } from "../../scripts/_packed_packages.ts";
import { billOfMaterials } from "../../scripts/bill_of_materials.ts";

test("the bill of materials has every package and all that it depends on, with licence and hash, and no local path (R120)", async () => {
  const packed = await packedPackages();
  const bill = await billOfMaterials(packed);
  assert.equal(bill.bomFormat, "CycloneDX");
  const urls = bill.components.map(({ purl }) => purl.replace("%40", "@"));
  const dependencies = packed.flatMap(({ manifest }) => Object.keys(manifest.dependencies ?? {}));
  assert.ok(dependencies.length > 0);
  for (const name of dependencies) assert.ok(urls.some((url) => url.startsWith(`pkg:npm/${name}@`)), name);
  for (const { name, manifest } of packed) assert.ok(urls.includes(`pkg:npm/${name}@${manifest.version}`), name);
  for (const { purl, licenses, hashes } of bill.components) {
    assert.match(licenses?.[0]?.license.id ?? "", /^(MIT|MIT-0)$/, purl);
    assert.match(hashes?.[0]?.content ?? "", /^[0-9a-f]{128}$/, purl);
  }
  assert.ok(!JSON.stringify(bill).includes("file:"));
});
