import assert from "node:assert/strict";
import test from "node:test";
import {
  type BreachVerdict,
  createPasswordPolicy,
  type PasswordPolicyOptions,
} from "@userharbor/password-policy";

const OWNER = { username: "ada.lovelace", email: "countess99@mail.analytical-engine.co.uk" };

/** Nothing is wrong with it. */
const GOOD = "seven quiet otters";

const untyped = <T>(value: unknown): T => value as T;

test("createPasswordPolicy() asks for 15 code points, of whatever kind (R1, R2, R4)", async () => {
  const judge = createPasswordPolicy();
  const characters = ["kqzjxvwpyfhbm", "🦦🌊🪵🐚🦀", "水獺静流海岸石貝砂", "8036194725", " ~^`{}<>"];
  for (const [kind, letters] of characters.map((text) => [text, [...text]] as const)) {
    for (let length = 0; length <= 20; length++) {
      // Steps of 3, then of 5, so that nothing repeats.
      const text = Array.from({ length }, (_, i) => letters[(i * 3 + Math.floor(i / 4) * 5) % letters.length])
        .join("");
      assert.equal(await judge(text, OWNER), length >= 15 ? true : "too_short", `${kind}: ${text}`);
    }
  }
});

test("createPasswordPolicy() trims nothing: white space counts (R5)", async () => {
  const judge = createPasswordPolicy();
  assert.equal(await judge("  quiet otters  ", OWNER), true);
  assert.equal(await judge("quiet otters", OWNER), "too_short");
});

test("createPasswordPolicy() asks for minLength code points, never fewer than 15 (R1)", async () => {
  for (const minLength of [15, 16, 40, 64]) {
    const judge = createPasswordPolicy({ minLength });
    const long = "kqzj xvwp yfhb mugn cotd laes riqk zwjx vpyf hbmu gnco tdla esri qwu";
    assert.equal(await judge(long.slice(0, minLength), OWNER), true);
    assert.equal(await judge(long.slice(0, minLength - 1), OWNER), "too_short");
  }
});

test("createPasswordPolicy() refuses the person's own words, however they are written (R9)", async () => {
  const judge = createPasswordPolicy({ appName: "Harbor Light", words: ["Éclair", "abc"] });
  const refused = [
    "ada.lovelace forever",
    "for ADALOVELACE only",
    "miss lovelace's engine",
    "mi55 L0v31@c3 77 engine",
    "the countess of nothing",
    "C0UNTE$$ of nothing!!",
    "my analytical engine ran",
    "the h4rb0r l1ght shines",
    "harborlight at midnight",
    "a cold e\u0301clair please",
    "a cold \uff25\uff23\uff2c\uff21\uff29\uff32 please",
    "l.o.v.e.l.a.c.e of byron",
  ];
  for (const password of refused) assert.equal(await judge(password, OWNER), "context", password);
  const accepted = [
    "adam and the whale 7",
    "abc of the deep sea",
    "the uk of old times",
    "the co op of the uk",
  ];
  for (const password of accepted) assert.equal(await judge(password, OWNER), true, password);
});

test("createPasswordPolicy() looks for a username in any script, and for no word below 4 characters (R9)", async () => {
  const judge = createPasswordPolicy();
  const owner = { username: "ΟΔΥΣΣΕΥΣ", email: "bo@io.example" };
  assert.equal(await judge("η ιθάκη του οδυσσευς", owner), "context");
  assert.equal(await judge("η ιθάκη των μνηστήρων", owner), true);
  assert.equal(await judge("bo and io went sailing", owner), true);
});

test("createPasswordPolicy() asks the breach check last, and only about what passed so far (R8)", async () => {
  const asked: string[] = [];
  const answer = (verdict: BreachVerdict) =>
    createPasswordPolicy({
      breachCheck: {
        check(password) {
          asked.push(password);
          return Promise.resolve(verdict);
        },
      },
    });
  for (const password of ["short", "lovelace is my name", "passwordpassword"]) {
    assert.notEqual(await answer("breached")(password, OWNER), "breached");
  }
  assert.deepEqual(asked, []);
  assert.equal(await answer("unbreached")(GOOD, OWNER), true);
  assert.equal(await answer("breached")(GOOD, OWNER), "breached");
  assert.equal(await answer("unchecked")(GOOD, OWNER), "unchecked");
  assert.equal(await answer(untyped("whatever"))(GOOD, OWNER), "unchecked", "only unbreached accepts");
  assert.equal(await answer(untyped(undefined))(GOOD, OWNER), "unchecked", "only unbreached accepts");
  assert.deepEqual(asked, [GOOD, GOOD, GOOD, GOOD, GOOD]);
});

test("createPasswordPolicy() passes on what a breach check throws", async () => {
  const failure = new Error("no corpus");
  const judge = createPasswordPolicy({ breachCheck: { check: () => Promise.reject(failure) } });
  await assert.rejects(judge(GOOD, OWNER), failure);
});

test("createPasswordPolicy() refuses options that are wrong, naming them (R1)", () => {
  const wrong: readonly (readonly [options: object, error: typeof TypeError, name: RegExp])[] = [
    [{ minLength: "15" }, TypeError, /minLength/],
    [{ minLength: 14 }, RangeError, /minLength/],
    [{ minLength: 8 }, RangeError, /minLength/],
    [{ minLength: 65 }, RangeError, /minLength/],
    [{ minLength: 15.5 }, RangeError, /minLength/],
    [{ minLength: NaN }, RangeError, /minLength/],
    [{ appName: 7 }, TypeError, /appName/],
    [{ appName: null }, TypeError, /appName/],
    [{ words: "acme" }, TypeError, /words/],
    [{ words: [7] }, TypeError, /words/],
    [{ breachCheck: () => true }, TypeError, /breachCheck/],
    [{ breachCheck: null }, TypeError, /breachCheck/],
    [{ breachCheck: {} }, TypeError, /breachCheck/],
    [{ minlength: 20 }, TypeError, /minlength/],
  ];
  for (const [options, error, name] of wrong) {
    assert.throws(() => createPasswordPolicy(options), (thrown) => {
      assert.ok(thrown instanceof error);
      assert.match(thrown.message, name);
      return true;
    }, JSON.stringify(options));
  }
  assert.throws(() => createPasswordPolicy(untyped<PasswordPolicyOptions>(null)), TypeError);
});
