import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { Argon2PasswordHasher } from "@userharbor/argon2";
import { createHandler } from "@userharbor/http";
import { migrate, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { UserHarbor, type UserStore } from "../../mod.ts";
import { RecordingEmailSender } from "../../testing.ts";
import { effort } from "../_effort.ts";
import { emailOf, NEW_PASSWORD, PASSWORD } from "../_harness.ts";
import { interceptStore } from "../_intercept_store.ts";
import { pseudoRandom } from "../_pseudo_random.ts";
import {
  type Contenders,
  isOutside,
  measurePairs,
  type PairedDifference,
  pairedDifference,
} from "./_paired.ts";

const PAIRS = effort({ suite: 100, long: 2_000 });

/**
 * What may remain. A hash, a write or a mail too many makes milliseconds. Reading a row that exists makes hundredths
 * of one, which takes an attacker some thousands of requests on the same wire (Crosby, Wallach and Riedi, 2009). In
 * between, a busy machine hides more than it shows.
 */
const BAND_MS = 0.5;

/** A slower answer, as an attacker might find one. */
const ARTIFICIAL_MS = 2;

type Send = (path: string, fields: Readonly<Record<string, string>>) => Promise<string>;

/** What an attacker can ask, answered over HTTP as it would be; the store is a database, the hasher the real one. */
class World {
  readonly #harbor: UserHarbor;
  readonly send: Send;

  constructor(store: UserStore) {
    this.#harbor = new UserHarbor({
      store,
      emailSender: new RecordingEmailSender(),
      // The least memory that is allowed: what is left around the hash stands out most.
      passwordHasher: new Argon2PasswordHasher({ memoryKib: 12_288, iterations: 3 }),
    });
    const handle = createHandler(this.#harbor, { basePath: "/auth" });
    this.send = async (path, fields) => {
      const response = await handle(
        new Request(`https://example.org/auth${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(fields),
        }),
      );
      assert.ok(response !== null);
      return `${response.status} ${await response.text()}`;
    };
  }

  /** Waits for what no answer waits for. */
  readonly between = (): Promise<void> => this.#harbor.settled();
}

async function openWorld(delayed?: (username: string) => boolean): Promise<World> {
  const driver = nodeSqlite(new DatabaseSync(":memory:"));
  await migrate(driver);
  const store = new SqlUserStore(driver);
  const account = { id: "1", username: "ada", email: emailOf("ada"), createdAt: new Date() };
  const passwordHasher = new Argon2PasswordHasher({ memoryKib: 12_288, iterations: 3 });
  await store.createUser({ ...account, passwordHash: await passwordHasher.hash(PASSWORD) });
  await store.setUserVerified("ada", emailOf("ada"));
  if (delayed === undefined) return new World(store);
  return new World(interceptStore(store, ({ method, args: [username] }, proceed) => {
    if (method === "getUserByUsername" && delayed(String(username))) beBusy(ARTIFICIAL_MS);
    return proceed();
  }));
}

function beBusy(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

/** Two requests that must be told apart neither by the answer nor by its time. */
interface Scenario {
  readonly name: string;
  readonly left: (send: Send, round: number) => Promise<string>;
  readonly right: (send: Send, round: number) => Promise<string>;
}

const UNKNOWN_OR_WRONG: Scenario = {
  name: "a login of nobody and one with a wrong password",
  left: (send, round) => send("/login", { username: `nobody${round}`, password: NEW_PASSWORD }),
  right: (send) => send("/login", { username: "ada", password: NEW_PASSWORD }),
};

const SCENARIOS: readonly Scenario[] = [
  UNKNOWN_OR_WRONG,
  {
    name: "a login by an address that is nobody's and by one with a wrong password",
    left: (send, round) => send("/login", { username: `nobody${round}@example.org`, password: NEW_PASSWORD }),
    right: (send) => send("/login", { username: emailOf("ada"), password: NEW_PASSWORD }),
  },
  {
    name: "a registration with a free address and with an owned one",
    left: (send, round) =>
      send("/register", { username: `left${round}`, email: `left${round}@example.org`, password: PASSWORD }),
    right: (send, round) =>
      send("/register", { username: `rite${round}`, email: emailOf("ada"), password: PASSWORD }),
  },
  {
    name: "a reset for an address that is nobody's and for an account's",
    left: (send, round) => send("/password-reset/request", { email: `nobody${round}@example.org` }),
    right: (send) => send("/password-reset/request", { email: emailOf("ada") }),
  },
  {
    name: "a verification mail for an address that is nobody's and for an account's",
    left: (send, round) => send("/resend-verification", { email: `nobody${round}@example.org` }),
    right: (send) => send("/resend-verification", { email: emailOf("ada") }),
  },
];

async function compare({ left, right }: Scenario, { send, between }: World): Promise<PairedDifference> {
  const answers = new Set<string>();
  const rounds = { left: 0, right: 0 };
  const contenders: Contenders = {
    left: async () => answers.add(await left(send, rounds.left++)),
    right: async () => answers.add(await right(send, rounds.right++)),
    between,
  };
  const difference = pairedDifference(await measurePairs(contenders, PAIRS));
  assert.equal(answers.size, 1, "the answers themselves differ");
  return difference;
}

for (const scenario of SCENARIOS) {
  test(`over many pairs ${scenario.name} take equally long (R21, R20, R22, R23, V22, V48)`, async () => {
    const difference = await compare(scenario, await openWorld());
    console.log(describe(difference));
    assert.equal(isOutside(difference, BAND_MS), false, describe(difference));
  });
}

test("a login that is 2 ms slower for an account that exists is told apart by the same pairs (R21)", async () => {
  const difference = await compare(UNKNOWN_OR_WRONG, await openWorld((username) => username === "ada"));
  console.log(describe(difference));
  assert.equal(isOutside(difference, BAND_MS), true, describe(difference));
  const opposite = await compare(UNKNOWN_OR_WRONG, await openWorld((username) => username !== "ada"));
  assert.equal(isOutside(opposite, BAND_MS), true, describe(opposite));
});

test("pairedDifference() sees a shift through noise a hundred times as large, and none where there is none (R21)", () => {
  const random = pseudoRandom(21);
  // Like real times: now and then something takes far longer, on either side.
  const noise = () =>
    (random() < 0.02 ? 60 * random() : random()) - (random() < 0.02 ? 60 * random() : random());
  for (const shift of [0, 2, -2]) {
    let outside = 0;
    for (let run = 0; run < 5; run++) {
      const differences = Array.from({ length: 500 }, () => noise() + shift);
      const found = pairedDifference(differences);
      assert.ok(Math.abs(found.medianMs - shift) < 0.3, describe(found));
      assert.ok(found.intervalMs[0] <= found.medianMs && found.medianMs <= found.intervalMs[1]);
      if (isOutside(found, BAND_MS)) outside++;
    }
    assert.equal(outside, shift === 0 ? 0 : 5);
  }
});

test("pairedDifference() knows how likely a coin shows so many heads (R21)", () => {
  // 60 heads of 100: the exact two-sided probability is 0.0569.
  const of100 = (heads: number) =>
    pairedDifference(Array.from({ length: 100 }, (_, index) => index < heads ? 1 : -1)).signTest;
  assert.ok(Math.abs(of100(60) - 0.0569) < 0.001, String(of100(60)));
  assert.ok(Math.abs(of100(40) - of100(60)) < 1e-9);
  assert.ok(of100(50) > 0.99);
  assert.ok(of100(80) < 1e-8);
});

function describe({ medianMs, intervalMs: [low, high], signTest }: PairedDifference): string {
  const interval = `${low.toFixed(3)} to ${high.toFixed(3)} ms`;
  return `${medianMs.toFixed(3)} ms, between ${interval}, sign test ${signTest.toPrecision(2)}`;
}
