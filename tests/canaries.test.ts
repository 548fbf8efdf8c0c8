import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "node:util";
import { createHandler } from "@userharbor/http";
import { MemoryUserStore } from "@userharbor/memory";
import type { RequestContext } from "../mod.ts";
import {
  emailOf,
  type Life,
  NEW_PASSWORD,
  openHarbor,
  type Overrides,
  PASSWORD,
  UNKNOWN_TOKEN,
} from "./_harness.ts";
import { SITUATIONS, TYPED_PASSWORD } from "./_situations.ts";
import { watchErrors } from "./_watch_errors.ts";
import { wholeLife } from "./_whole_life.ts";

/** Carriage return, line feed, ANSI's two escapes, NUL, DEL, a tab, bidi marks, separators, what has no width. */
const HOSTILE: readonly string[] = [
  "ada\r\nroot logged in",
  "ada\nroot",
  "ada\rroot",
  "\u001b[2Jada",
  "ada\u001b]0;title\u0007",
  "ada\u009b1m",
  "ada\u0000",
  "ada\u007f",
  "ada\troot",
  "\u202eada",
  "ada\u2066root",
  "ada\u2028root",
  "ada\u2029root",
  "ad\u200ba",
  "ad\u00ada",
  "\ufeffada",
  "ada\u{e0041}",
  "ada\ud800",
];

/** What no terminal may be handed. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

test("register() and changeUsername() refuse controls in names, whatever the validator says (R30, R117)", async () => {
  const life = openHarbor({ usernameValidator: () => true });
  const { sessionToken } = await life.loggedIn("ada");
  for (const username of HOSTILE) {
    const email = emailOf("mallory");
    await life.refuses(
      "invalid_username",
      () => life.harbor.register({ username, email, password: PASSWORD }),
    );
    await life.refuses(
      "invalid_username",
      () => life.harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: username }),
    );
  }
});

test("no event and no record has a control, whatever a caller's context or name has (R117)", async () => {
  const store = new MemoryUserStore();
  const life = openHarbor({ store, auditTrail: true, usernameValidator: () => true });
  await life.verified("ada");
  life.events.length = 0;
  for (const hostile of HOSTILE) {
    const context: RequestContext = { address: hostile, userAgent: hostile, locale: hostile, actor: hostile };
    await life.harbor.register({ username: hostile, email: hostile, password: hostile }, context).catch(
      () => {},
    );
    await life.harbor.login({ username: hostile, password: hostile }, context).catch(() => {});
    await life.harbor.login({ username: "ada", password: hostile }, context).catch(() => {});
    await life.harbor.login({ username: "ada", password: PASSWORD }, context);
    await life.harbor.grantRole(hostile, hostile, context).catch(() => {});
    await life.harbor.roles.create(hostile, context).catch(() => {});
    await life.harbor.sendPasswordReset(emailOf("ada"), context);
    await life.harbor.settled();
  }
  assert.ok(life.events.length >= 7 * HOSTILE.length);
  for (const text of life.events.flatMap((event) => textsOf(event))) assert.doesNotMatch(text, OBEYED);
  for (const { body } of await store.records()) assert.match(body, /^[\x20-\x7e]+$/);
  for (const { locale } of life.mails) assert.doesNotMatch(locale ?? "", OBEYED);
});

test("a record of a name that a foreign program stored with controls is one line all the same (R117)", async () => {
  const store = new MemoryUserStore();
  const life = openHarbor({ store, auditTrail: true });
  await life.verified("ada");
  const user = await store.getUserByUsername("ada");
  for (const username of HOSTILE) {
    store.getUserByUsername = () => Promise.resolve({ ...user ?? assert.fail(), username });
    await life.harbor.login({ username: "ada", password: NEW_PASSWORD }).catch(() => {});
    await life.harbor.settled();
    const record = (await store.records()).at(-1);
    assert.match(record?.body ?? "", /^[\x20-\x7e]+$/);
    assert.equal(JSON.parse(record?.body ?? "").username, username);
  }
});

test("nothing that is told, recorded or thrown in a whole life holds a secret or an address (R117)", async () => {
  const sinks = new Sinks();
  const secrets = await wholeLife(sinks.open({}));
  await sinks.check([...secrets, "example.org"]);
  assert.ok(sinks.errors.length > 8);
});

test("nothing that is told, recorded or thrown in any situation holds a secret or an address (R117)", async () => {
  for (const { prepare, options = {} } of SITUATIONS) {
    const sinks = new Sinks();
    const life = sinks.open(options);
    const call = await prepare(life);
    await call().catch(() => {});
    await life.harbor.settled();
    const mailed = life.mails.flatMap(({ token }) => token ?? []);
    await sinks.check([...mailed, PASSWORD, NEW_PASSWORD, TYPED_PASSWORD, UNKNOWN_TOKEN, "example.org"]);
  }
});

test("what a port throws reaches no event and no record, but for the name of its class (R117)", async () => {
  const leak = `INSERT ('${PASSWORD}', '${emailOf("ada")}', '${UNKNOWN_TOKEN}')`;
  const errors = [
    new Error(leak, { cause: leak }),
    Object.assign(new Error(leak), { name: leak, detail: leak, code: leak }),
    leak,
    { message: leak, name: leak },
  ];
  for (const error of errors) {
    const sinks = new Sinks();
    const life = sinks.open({});
    await life.verified("ada");
    sinks.store.getUserByEmail = () => Promise.reject(error);
    life.emailSender.sendPasswordChanged = () => Promise.reject(error);
    await assert.rejects(life.harbor.sendPasswordReset(emailOf("ada")), (thrown) => thrown === error);
    const { sessionToken } = await life.login("ada");
    const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
    await life.harbor.changePassword(change);
    await life.harbor.settled();
    assert.equal(life.events.filter(({ outcome }) => outcome === "failed").length, 2);
    sinks.errors.length = 0;
    await sinks.check([PASSWORD, "example.org", UNKNOWN_TOKEN, "INSERT"]);
  }
});

test("createHandler() answers no error with a secret, an address or a control (R82, R117)", async () => {
  const leak = `INSERT ('${PASSWORD}', '${emailOf("ada")}')\r\n\u001b[2J`;
  const life = openHarbor();
  await life.verified("ada");
  const handle = createHandler(life.harbor);
  const failing = openHarbor();
  failing.store.getUserByEmail = () => Promise.reject(new Error(leak));
  failing.store.getUserByUsername = () => Promise.reject(new Error(leak));
  failing.store.getSession = () => Promise.reject(new Error(leak));
  const broken = createHandler(failing.harbor);
  const bodies: readonly Record<string, string>[] = [...HOSTILE, "nobody"].map((name) => ({
    username: name,
    email: `${name}@example.org`,
    password: PASSWORD,
    token: UNKNOWN_TOKEN,
    new_password: NEW_PASSWORD,
    old_password: PASSWORD,
  }));
  const statuses = new Set<number>();
  for (const [path, fields] of Object.entries(ROUTES)) {
    for (const sent of bodies) {
      const body = JSON.stringify(Object.fromEntries(fields.map((field) => [field, sent[field]])));
      for (const handler of [handle, broken]) {
        const response = await handler(post(path, body)) ?? assert.fail();
        if (response.ok) continue;
        const text = await response.text();
        assert.match(text, /^[\x20-\x7e]+$/);
        for (const secret of [PASSWORD, NEW_PASSWORD, UNKNOWN_TOKEN, "example.org", "INSERT", "root"]) {
          assert.equal(text.includes(secret), false, text);
        }
        statuses.add(response.status);
      }
    }
  }
  assert.deepEqual([...statuses].toSorted(), [400, 401, 403, 503]);
  await life.harbor.settled();
});

/** Those that take a body, with its fields. */
const ROUTES: Readonly<Record<string, readonly string[]>> = {
  "/register": ["username", "email", "password"],
  "/verify-email": ["token"],
  "/login": ["username", "password"],
  "/password-reset/confirm": ["token", "new_password"],
  "/password/change": ["old_password", "new_password"],
  "/resend-verification": ["email"],
  "/password-reset/request": ["email"],
};

function post(path: string, body: string): Request {
  const headers = { "content-type": "application/json", authorization: `Bearer ${UNKNOWN_TOKEN}` };
  return new Request(`https://example.org/auth${path}`, { method: "POST", headers, body });
}

/** Everywhere that something may be told, and kept by whoever hears it. */
class Sinks {
  readonly store: MemoryUserStore = new MemoryUserStore();
  readonly errors: unknown[] = [];
  #life: Life | undefined;

  /** A harbor all of whose events, records and errors are collected. */
  open(options: Overrides): Life {
    this.#life = openHarbor({ ...options, store: this.store, auditTrail: true });
    return watchErrors(this.#life, (error) => this.errors.push(error));
  }

  /** Asserts that none of it has a secret, or what may be the hash of one. */
  async check(secrets: readonly string[]): Promise<void> {
    const sinks = { events: this.#life?.events, records: await this.store.records(), errors: this.errors };
    for (const [name, told] of Object.entries(sinks)) {
      assert.ok(told !== undefined);
      const text = told.map((each) =>
        [
          inspect(each, { depth: 9, showHidden: true, maxArrayLength: null, maxStringLength: null }),
          JSON.stringify(each),
          String(each),
        ].join("\n")
      ).join("\n");
      for (const secret of [...secrets, "$fast$"]) {
        assert.equal(text.includes(secret), false, `${name}: ${secret} in ${text.slice(0, 2_000)}`);
      }
      assert.doesNotMatch(text, /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/, name);
    }
  }
}

/** Every text in a value, however deep. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
