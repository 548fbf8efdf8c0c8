import assert from "node:assert/strict";
import { test } from "node:test";
import { builtInDigests, webDigests } from "../primitives/digests.ts";
import { makeTokenHasher, type TokenHasher } from "../primitives/token_hasher.ts";

/** FIPS 180-2, appendix B.1, and RFC 4231, test cases 2 and 1. */
const VECTORS = {
  abc: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  jefe: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  hiThere: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
};

const encoder = new TextEncoder();
const digestsByName = { webDigests: webDigests(), builtInDigests: builtInDigests() };

for (const [name, digests] of Object.entries(digestsByName)) {
  test(`${name}() computes SHA-256 and HMAC-SHA-256 as their standards have them`, async () => {
    assert(digests !== null, "this runtime has node:crypto");
    assert.equal(await digests.sha256("abc"), VECTORS.abc);
    const underJefe = digests.hmacSha256(encoder.encode("Jefe"));
    assert.equal(await underJefe("what do ya want for nothing?"), VECTORS.jefe);
    assert.equal(await digests.hmacSha256(new Uint8Array(20).fill(0x0b))("Hi There"), VECTORS.hiThere);
  });

  test(`makeTokenHasher() by ${name}() hashes alike (R47)`, async () => {
    assert(digests !== null, "this runtime has node:crypto");
    for (
      const secret of [undefined, "a secret of some length", ["ein Geheimnis, länger", "and an older one"]]
    ) {
      const expected = makeTokenHasher(secret);
      const hasher = makeTokenHasher(secret, digests);
      const hashAll = (each: TokenHasher) => Promise.all(each.hashes.map((hash) => hash("some-token")));
      assert.deepEqual(await hashAll(hasher), await hashAll(expected));
    }
  });
}

test("builtInDigests() is null where the runtime has no node:crypto", () => {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?: unknown } };
  assert(process !== undefined);
  const getBuiltinModule = process.getBuiltinModule;
  try {
    for (const missing of [undefined, () => undefined]) {
      process.getBuiltinModule = missing;
      assert.equal(builtInDigests(), null);
    }
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
});
