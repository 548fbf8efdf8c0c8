import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "npm:fast-check@4.10.2";
import {
  NEW_PASSWORD,
  PASSWORD,
  ROUTE_CASES,
  type RouteCase,
  type Secrets,
} from "../../adapters/http/tests/_route_cases.ts";
import { openWorld, type World } from "../../adapters/http/tests/_world.ts";
import { effort } from "../_effort.ts";

const RUNS = effort({ suite: 10_000, long: 1_000_000 });

/** Stands for a secret of the world that the request is sent to. */
type Placeholder = `<${keyof Secrets}>`;

const NO_SECRETS: Secrets = { session: "", verification: "", reset: "", emailChange: "", sessionId: "" };

const FIELD_NAMES = [
  ...["username", "email", "password", "token"],
  ...["old_password", "new_password", "new_email", "new_username", "session_id"],
];
const ODD_NAMES = [
  "__proto__",
  "constructor",
  "role",
  "verified",
  "id",
  "passwordHash",
  "\\u0070assword",
  "",
];
const VALUES = [
  "ada",
  "bob",
  "cleo",
  "ADA@example.org",
  "bob@example.org",
  "nobody@example.org",
  PASSWORD,
  NEW_PASSWORD,
  "A".repeat(43),
  "x".repeat(300),
  "\ud800",
  "\u0000",
];

/** Mostly what the API reads; sometimes anything. */
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Placeholder>(
      "<session>",
      "<verification>",
      "<reset>",
      "<emailChange>",
      "<sessionId>",
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 400 }) },
);

const member = fc.tuple(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...FIELD_NAMES) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_NAMES) },
    { weight: 1, arbitrary: fc.string() },
  ),
  fc.oneof(
    { weight: 8, arbitrary: word.map((text) => JSON.stringify(text)) },
    { weight: 1, arbitrary: fc.json() },
  ),
).map(([name, value]) => `${ODD_NAMES.includes(name) ? `"${name}"` : JSON.stringify(name)}:${value}`);

/** Text in which one character is gone, doubled or another one. */
function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.nat(), fc.constantFrom("", "\0", '"', "\\", "{", "[", ",", "é", "  ")).map((
    [original, position, replacement],
  ) => {
    const at = position % (original.length + 1);
    return original.slice(0, at) + replacement + original.slice(at + 1);
  });
}

const objectText = fc.array(member, { maxLength: 4 }).map((members) => `{${members.join(",")}}`);

/** Null: the very body that the route expects. */
const body: fc.Arbitrary<string | Uint8Array<ArrayBuffer> | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: objectText },
  { weight: 2, arbitrary: mutated(objectText) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)) },
  { weight: 1, arbitrary: fc.integer({ min: 16_380, max: 16_390 }).map((size) => " ".repeat(size)) },
);

/** What a header may hold: Latin-1 without controls. */
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f).map((code) =>
    String.fromCharCode(code)
  ),
  maxLength: 100,
});

/** Null: as the route expects it. */
function header(...usual: readonly string[]): fc.Arbitrary<string | null> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: headerText },
  );
}

const headers = fc.record({
  "authorization": header(
    "Bearer <session>",
    "bearer <reset>",
    "Basic <session>",
    "Bearer <session> <session>",
    "",
  ),
  "content-type": header("application/json;charset=UTF-8", "text/plain", "application/json; charset=x", ""),
  "content-length": header("0", "5", "16384", "16385", "-1", "x"),
  "accept-language": header("de-CH, en", "*", "x".repeat(300)),
  "user-agent": header("curl", "x".repeat(2_000)),
  "x-forwarded-for": header("192.0.2.1"),
});

const method = fc.oneof(
  { weight: 8, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "post"),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z!#$%&'*+.^_`|~0-9-]{1,12}$/) },
);

const pathTail = fc.oneof(
  { weight: 8, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.constantFrom("/", "//", ";x", "?token=<reset>", "#x", "%00", "/..", "%", "\\") },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);

const asked = fc.record({
  route: fc.constantFrom(...ROUTE_CASES),
  pathHead: fc.oneof(
    { weight: 8, arbitrary: fc.constant("/auth") },
    {
      weight: 1,
      arbitrary: fc.constantFrom("/auth/", "/auth/.", "/auth%2f", "/AUTH", "//auth", "/x/../auth", ""),
    },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }).map((text) => `/${text}`) },
  ),
  pathTail,
  method,
  headers,
  body,
  chunkSize: fc.integer({ min: 1, max: 64 }),
  breaksOff: fc.boolean().chain((rarely) => rarely ? fc.boolean() : fc.constant(false)),
});

type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

/** The secrets of the world in the place of their names. */
function filledIn(text: string, world: World): string {
  let filled = text;
  for (const [name, secret] of Object.entries(world.secrets)) filled = filled.replaceAll(`<${name}>`, secret);
  return filled;
}

function bytesOf({ route, body }: Asked, world: World): Uint8Array | null {
  if (body instanceof Uint8Array) return body;
  const text = body ?? (route.body === undefined ? null : JSON.stringify(route.body(world.secrets)));
  return text === null ? null : new TextEncoder().encode(filledIn(text, world));
}

function streamOf(bytes: Uint8Array, { chunkSize, breaksOff }: Asked): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset < bytes.length) return controller.enqueue(bytes.slice(offset, offset += chunkSize * 16));
      if (breaksOff) controller.error(new Error("reset by peer"));
      else controller.close();
    },
  }, { highWaterMark: 0 });
}

/** Null for what no runtime makes a request of, such as CONNECT. */
function requestOf(input: Asked, world: World): Request | null {
  const { route } = input;
  const all = new Headers();
  for (const [name, value] of Object.entries(input.headers)) {
    if (value !== null) all.set(name, filledIn(value, world));
  }
  if (input.headers["content-type"] === null) all.set("content-type", "application/json");
  if (input.headers.authorization === null && route.needsBearer) {
    all.set("authorization", `Bearer ${world.secrets.session}`);
  }
  const bytes = bytesOf(input, world);
  const url = `https://example.org${filledIn(input.pathHead + route.path + input.pathTail, world)}`;
  try {
    const method = input.method ?? route.method;
    const bodiless = bytes === null || /^(?:get|head)$/i.test(method);
    return new Request(url, {
      method,
      headers: all,
      ...(bodiless ? {} : { body: streamOf(bytes, input), duplex: "half" }),
    });
  } catch {
    return null;
  }
}

/** Whether a request that was served is one that the contract allows; written without the code under test. */
function assertAllowed(request: Request, bytes: Uint8Array | null): void {
  const path = new URL(request.url).pathname;
  const route: RouteCase | undefined = ROUTE_CASES.find((candidate) => path === `/auth${candidate.path}`);
  assert.ok(route !== undefined, path);
  assert.equal(request.method, route.method);
  const hasBody = request.method !== "GET" && bytes !== null && bytes.length > 0;
  const text = hasBody ? new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) : "{}";
  const names: string[] = [];
  const value: unknown = JSON.parse(text, (name, field: unknown) => {
    if (name !== "") assert.equal(typeof field, "string");
    names.push(name);
    return field;
  });
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value));
  const expected = Object.keys(route.body?.(NO_SECRETS) ?? {});
  assert.deepEqual(Object.keys(value).sort(), expected.sort());
  assert.equal(names.length, expected.length + 1);
  if (hasBody) assert.match(request.headers.get("content-type") ?? "application/json", /^application\/json/i);
}

test("createHandler() neither rejects, fails nor writes for any request but a valid one (R85, T15)", async () => {
  let world = await openWorld();
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(asked, async (input) => {
      const bytes = bytesOf(input, world);
      const request = requestOf(input, world);
      if (request === null) return;
      const response = await world.handle(request);
      await world.harbor.settled();
      const { status } = response ?? { status: 0 };
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      assert.deepEqual(world.errors, []);
      assert.ok(status < 500, String(status));
      if (status >= 200 && status < 300) {
        assertAllowed(request, bytes);
        // Whatever it changed, the next request meets the same world.
        if (world.writes > 0) world = await openWorld();
      } else {
        assert.equal(world.writes, 0);
        assert.deepEqual(world.sender.sent, []);
        if (response !== null) assert.equal(typeof (await response.json()).code, "string");
      }
      world.forget();
      assert.deepEqual(Object.keys(Object.prototype), []);
    }),
    { numRuns: RUNS },
  );
  // A generator that never gets past the first check proves nothing.
  if (RUNS < 10_000) return;
  for (const status of [0, 200, 201, 400, 401, 404, 405, 413, 415]) {
    assert.ok(statuses.has(status), `no request led to ${status}`);
  }
});
