import assert from "node:assert/strict";
import test from "node:test";
import { createPasswordPolicy, listCommonPasswords } from "@userharbor/password-policy";
import fc from "npm:fast-check@4.10.2";
import { effort } from "../_effort.ts";
import { pseudoRandom } from "../_pseudo_random.ts";

const RUNS = effort({ suite: 2_000, long: 100_000 });

const PASSPHRASES = 10_000;

const OWNER = { username: "noah", email: "noah@example.org" };

/** 256 words that are in no list of common passwords; four of them are 32 bits. */
const WORDS = `
acorn adjust afloat alcove almond ample anchor anvil apron arcade ardent armor arrow aspen atlas attic
autumn awning badge bagel balcony balsam bamboo barley barn basin beacon beaver birch biscuit blanket blossom
bobbin bonnet border bottle boulder bramble breeze brick bronze brook bucket buckle burrow button cabin cactus
canal candle canopy canvas canyon carpet cashew castle cedar cellar cement chalk chapel cherry chisel cider
cinder citrus clover cobalt cocoon comet compass copper coral cotton cradle crayon cricket crumb cushion cypress
dagger dairy damsel dapple deacon delta desert dipper dome donkey drapes drizzle drum dune dusk easel
ebony elbow elder ember emerald engine ermine estuary fabric falter fathom feather fennel fern ferry fiddle
fjord flannel flint flute foliage forest fossil frost furnace gable gallery garlic garnet gazelle geyser glacier
glade goblet gondola gosling granite grape gravel grove gully hammock harvest hazel heather hedge helmet heron
hickory hinge hollow hornet hurdle icicle igloo inkwell island ivory jacket jigsaw jungle juniper kayak kennel
kettle kiln kiosk knapsack ladder lagoon lantern larch lattice laurel ledge lemon lentil lilac linen lobster
locket lotus lumber magnet mallet mango maple marble marsh meadow mellow mitten molten mosaic mulberry mussel
nectar needle nettle nickel nutmeg oatmeal oboe olive onyx orchard osprey otter oyster paddle pantry
papaya parchment parsley pebble pelican pewter pigeon pillow pistachio plaza plum pollen poplar prairie puddle
pulley quarry quartz quilt radish raft raisin ravine reed ribbon ridge rosemary rudder saddle saffron satchel
sequoia shovel sickle sparrow spruce sycamore tamarind thicket thimble trellis turnip umbrella velvet walnut willow
`.trim().split(/\s+/);

test("createPasswordPolicy() accepts 10 000 of 10 000 random passphrases (R4)", async () => {
  const judge = createPasswordPolicy();
  const random = pseudoRandom(15);
  const word = () => WORDS[Math.floor(random() * WORDS.length)] ?? "";
  const refused: string[] = [];
  let long = 0;
  while (long < PASSPHRASES) {
    const passphrase = [word(), word(), word(), word()].join(["", " ", "-", "."][long % 4]);
    if (passphrase.length < 15) continue;
    long++;
    if (await judge(passphrase, OWNER) !== true) refused.push(passphrase);
  }
  assert.deepEqual(refused, []);
});

test("createPasswordPolicy() accepts random passwords of any one kind of character (R4)", async () => {
  const judge = createPasswordPolicy();
  const kinds = ["a-z", "0-9", "A-Z", "!-/", "\u4e00-\u9fff", "\u{1f300}-\u{1f5ff}", "\u0430-\u044f"];
  // Drawn evenly: small and repetitive values are what guessing begins with. Of 100 000 a few hold any four letters.
  const random = pseudoRandom(4);
  const owner = { username: "bartholomew", email: "bartholomew@example.org" };
  for (
    const [from = 0, to = 0] of kinds.map((kind) => kind.split("-").map((each) => each.codePointAt(0) ?? 0))
  ) {
    for (let run = 0; run < RUNS / 10; run++) {
      const points = Array.from(
        { length: 15 + run % 50 },
        () => from + Math.floor(random() * (to - from + 1)),
      );
      const password = String.fromCodePoint(...points);
      assert.equal(await judge(password, owner), true, password);
    }
  }
});

test("createPasswordPolicy() accepts no listed password for its casing or Unicode normal form (R7)", async () => {
  const judge = createPasswordPolicy();
  const listed = [...await listCommonPasswords()];
  const variant = fc.tuple(fc.nat(listed.length - 1), fc.infiniteStream(fc.nat(4))).map(([index, choices]) =>
    [...listed[index] ?? ""].map((character) => {
      const choice = choices.next().value;
      if (choice === 1) return character.toUpperCase();
      if (choice === 2) return character.normalize("NFD");
      if (choice === 3) return character.toUpperCase().normalize("NFKD");
      // The full-width form of what is in ASCII.
      if (choice === 4) {
        return character.replace(/[!-~]/, (ascii) => String.fromCharCode(ascii.charCodeAt(0) + 0xfee0));
      }
      return character;
    }).join("")
  );
  await fc.assert(
    fc.asyncProperty(
      variant,
      async (password) => assert.equal(await judge(password, OWNER), "common", password),
    ),
    { numRuns: RUNS },
  );
});

test("createPasswordPolicy() refuses a password that holds a word of its owner, in whatever spelling (R9)", async () => {
  const judge = createPasswordPolicy();
  const letters = fc.string({
    unit: fc.constantFrom(..."abcdeghkmnopqrtuvwxyzäßéжяλσ"),
    minLength: 4,
    maxLength: 30,
  });
  const around = fc.string({ unit: "grapheme", minLength: 15, maxLength: 40 });
  const spelling = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => text.normalize("NFD"),
    (text) => text.toUpperCase().normalize("NFKD"),
    (text) => text.replaceAll("o", "0").replaceAll("a", "@").replaceAll("e", "3"),
    (text) => [...text].join("."),
  );
  await fc.assert(
    fc.asyncProperty(letters, around, spelling, async (name, before, spell) => {
      const password = `${before} ${spell(name)} ${before}`;
      for (const owner of [{ ...OWNER, username: name }, { ...OWNER, email: `${name}@example.org` }]) {
        assert.equal(await judge(password, owner), "context", JSON.stringify([name, password]));
      }
    }),
    { numRuns: RUNS },
  );
});

test("createPasswordPolicy() answers to whatever is a password (R4)", async () => {
  const judge = createPasswordPolicy({ appName: "Lighthouse" });
  const answers = new Set<unknown>([true, "too_short", "context", "common"]);
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({ unit: "grapheme", maxLength: 300 }),
  );
  await fc.assert(
    fc.asyncProperty(text, text, async (password, username) => {
      assert.ok(answers.has(await judge(password, { username, email: "noah@example.org" })));
    }),
    { numRuns: RUNS },
  );
});
