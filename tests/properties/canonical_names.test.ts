import assert from "node:assert/strict";
import test from "node:test";
import fc from "npm:fast-check@4.10.2";
import { canonicalEmail } from "../../primitives/canonical_email.ts";
import { canonicalUsername } from "../../primitives/canonical_username.ts";
import { caseMap } from "../../primitives/case_map.ts";
import { effort } from "../_effort.ts";

/** R28 asks for 100 000. */
const RUNS = effort({ suite: 10_000, long: 100_000 });

/** What some mail program reads as more than one address, or as a header of its own (R32). */
const FORBIDDEN_IN_ADDRESSES = /[\s",;:<>()[\]\\\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u;

/** Some of them, by which lists and quoted names are made. */
const SEPARATOR = fc.constantFrom(...'",;:<>() \n');

const ANY_TEXT = fc.string({ unit: "binary", maxLength: 80 });

/** Texts in which case, width and composition meet more often than by chance. */
const TRICKY_TEXT = fc.string({
  unit: fc.constantFrom(
    ..."aZßẞıİIiKÅſςσΣǅ\u0345\u0307\u0301\u0323\u1e9e\uff21\uff41\uff20\uff9e\uff76\u3099\u304b\u03aa\u0399\u0130",
  ),
  maxLength: 24,
});

const TEXT = fc.oneof(ANY_TEXT, TRICKY_TEXT);

/** Mostly near-misses: what is between the forbidden characters is fine. */
const ADDRESS = fc.oneof(
  fc.emailAddress(),
  fc.tuple(TEXT, TEXT).map(([local, domain]) => `${local}@${domain}.example`),
  fc.tuple(fc.emailAddress(), fc.oneof(TEXT, SEPARATOR), fc.nat(30)).map(([address, text, at]) =>
    address.slice(0, at) + text + address.slice(at)
  ),
  fc.tuple(fc.emailAddress(), SEPARATOR, fc.emailAddress()).map((parts) => parts.join("")),
);

/** Calls `use` with each character that Unicode has assigned, private use included. */
function forEachAssigned(use: (character: string) => void): number {
  let count = 0;
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const character = String.fromCodePoint(codePoint);
    if (/\p{Cn}|\p{Cs}/u.test(character)) continue;
    use(character);
    count++;
  }
  return count;
}

function assertIdempotent(canonical: (text: string) => string | null, text: string): string | null {
  const once = canonical(text);
  if (once !== null) assert.equal(canonical(once), once, `canonical form of ${JSON.stringify(text)}`);
  return once;
}

test("caseMap() is idempotent for every assigned code point (R28)", () => {
  assert.ok(forEachAssigned((character) => assertIdempotent(caseMap, character)) > 280_000);
});

test("canonicalUsername() is idempotent for every assigned code point (R28)", () => {
  forEachAssigned((character) => assertIdempotent(canonicalUsername, `a${character}`));
  assert.equal(canonicalUsername("a\uff22"), "ab");
});

test("canonicalEmail() is idempotent for every assigned code point (R28)", () => {
  let accepted = 0;
  forEachAssigned((character) => {
    if (assertIdempotent(canonicalEmail, `a${character}@example.org`) !== null) accepted++;
  });
  assert.ok(accepted > 100_000);
});

test("caseMap() is idempotent for random text (R28)", () => {
  fc.assert(fc.property(TEXT, (text) => void assertIdempotent(caseMap, text)), { numRuns: RUNS });
});

test("canonicalUsername() is idempotent for random text (R28)", () => {
  fc.assert(fc.property(TEXT, (text) => void assertIdempotent(canonicalUsername, text)), { numRuns: RUNS });
});

test("canonicalEmail() is idempotent for random text (R28)", () => {
  fc.assert(fc.property(ADDRESS, (address) => void assertIdempotent(canonicalEmail, address)), {
    numRuns: RUNS,
  });
});

test("canonicalEmail() accepts one @ and none of what mail programs split at (R32)", () => {
  let accepted = 0;
  fc.assert(
    fc.property(ADDRESS, (address) => {
      const canonical = canonicalEmail(address);
      if (canonical === null) return;
      accepted++;
      assert.equal(canonical.split("@").length, 2);
      assert.doesNotMatch(canonical, FORBIDDEN_IN_ADDRESSES);
      assert.ok(new TextEncoder().encode(canonical).byteLength <= 254);
    }),
    { numRuns: RUNS },
  );
  // Otherwise the property would hold for want of addresses.
  assert.ok(accepted > RUNS / 10);
});

test("canonicalEmail() refuses each forbidden character in an address that is fine without it (R32)", () => {
  for (const place of ["a§b@example.org", "a@exam§ple.org", "a@example.org§", "§a@example.org"]) {
    assert.notEqual(canonicalEmail(place.replace("§", "")), null);
    forEachAssigned((character) => {
      if (!FORBIDDEN_IN_ADDRESSES.test(character)) return;
      assert.equal(canonicalEmail(place.replace("§", () => character)), null, JSON.stringify(character));
    });
  }
});
