import assert from "node:assert/strict";
import { test } from "node:test";
import { sqliteDialect } from "./sqlite.ts";

const { encodeInstant, decodeInstant } = sqliteDialect;

test("decodeInstant() reads what encodeInstant() wrote, and text sorts by time", () => {
  const instants = [
    "0100-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.999Z",
    "2026-03-09T08:07:06.005Z",
    "9999-12-31T23:59:59.999Z",
  ]
    .map((iso) => new Date(iso));
  const texts = instants.map(encodeInstant);
  assert.equal(texts[2], "2026-03-09 08:07:06.005000");
  assert.deepEqual(texts.toSorted(), texts);
  assert.deepEqual(texts.map(decodeInstant), instants);
});

test("encodeInstant() refuses what would not sort as text", () => {
  for (
    const instant of [new Date(NaN), new Date("+010000-01-01T00:00:00Z"), new Date("-000001-01-01T00:00:00Z")]
  ) {
    assert.throws(() => encodeInstant(instant), RangeError);
  }
});

test("decodeInstant() refuses what is no instant, so that no token looks alive (I6)", () => {
  for (
    const value of ["", "never", "9999", "2026-03-09", "2026-03-0x 08:07:06.005000", 1772000000000, null]
  ) {
    assert.throws(() => decodeInstant(value), RangeError);
  }
});
