import assert from "node:assert/strict";
import { test } from "node:test";
import { ROUTE_CASES, routeCase, ROUTES_WITH_FIELDS, ROUTES_WITHOUT_FIELDS } from "./_route_cases.ts";
import { openWorld } from "./_world.ts";

const BAD_REQUEST = { status: 400, code: "invalid_request" };
const WRONG_TYPE = { status: 415, code: "unsupported_media_type" };
const TOO_LARGE = { status: 413, code: "payload_too_large" };

const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "QUERY", "PROPFIND"];

test("createHandler() answers 405 to every other method, with Allow and no effect (R80)", async () => {
  const world = await openWorld();
  for (const route of ROUTE_CASES) {
    for (const method of METHODS.filter((other) => other !== route.method)) {
      const bodiless = method === "GET" || method === "HEAD";
      const asked = world.ask(route, bodiless ? { method, body: null } : { method });
      await world.assertRefused(asked, {
        status: 405,
        code: "method_not_allowed",
        why: `${method} ${route.path}`,
      });
      assert.equal((await asked).response.headers.get("allow"), route.method);
      assert.deepEqual(world.calls, []);
    }
  }
});

test("createHandler() never consumes a token on GET or HEAD, as mail scanners send them (R53)", async () => {
  const world = await openWorld();
  const { verification, reset } = world.secrets;
  for (
    const [path, token] of [["/verify-email", verification], ["/password-reset/confirm", reset]] as const
  ) {
    for (let time = 0; time < 10; time++) {
      for (const method of ["GET", "HEAD"]) {
        const asked = world.ask(routeCase(path), { method, path: `${path}?token=${token}`, body: null });
        await world.assertRefused(asked, { status: 405, code: "method_not_allowed" });
      }
    }
    assert.equal((await world.ask(routeCase(path))).response.status, 200);
    await world.harbor.settled();
    world.forget();
  }
});

test("createHandler() matches paths exactly (R79, V10)", async () => {
  const world = await openWorld();
  for (const route of ROUTE_CASES) {
    const { path } = route;
    const variants = [
      `/${path}`,
      `${path}/`,
      `${path}//`,
      path.toUpperCase(),
      `${path};x`,
      `${path};jsessionid=1`,
      `${path}%00`,
      `${path}%20`,
      `${path}.json`,
      `${path}/x`,
      `/%2e%2f${path.slice(1)}`,
      `/%2f${path.slice(1)}`,
      `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`,
      `${path}%3Fx`,
      `${path}%23`,
    ];
    for (const variant of variants) {
      await world.assertRefused(world.ask(route, { path: variant }), {
        status: 404,
        code: "not_found",
        why: variant,
      });
      assert.deepEqual(world.calls, []);
    }
  }
});

test("createHandler() serves the same route where the URL parser itself normalises (R79)", async () => {
  for (const route of ROUTE_CASES) {
    for (const prefix of ["/.", "/%2e", "/x/..", "/x/%2E%2e"]) {
      const world = await openWorld();
      const { response } = await world.ask(route, { path: `${prefix}${route.path}` });
      assert.equal(response.status, route.status, `${prefix}${route.path}`);
    }
  }
});

const WRONG_TYPES = [
  "text/plain",
  "text/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/jsonp",
  "application/json5",
  "application/problem+json",
  "application/json; charset=utf-16",
  "application/json; charset=latin1",
  "application/json; charset=utf-8; charset=utf-16",
  "application/json; boundary=x",
  "application/json, text/plain",
  "text/plain, application/json",
  "text/plain; application/json",
  "application/json/",
  "application",
  "*/*",
  "",
];

test("createHandler() refuses every other content type, and none, before the body is read (R76)", async () => {
  const world = await openWorld();
  for (const route of [...ROUTES_WITH_FIELDS, ...ROUTES_WITHOUT_FIELDS]) {
    const body = () => JSON.stringify(route.body?.(world.secrets) ?? {});
    for (const type of WRONG_TYPES) {
      const asked = world.ask(route, { headers: { "content-type": type }, body: body() });
      await world.assertRefused(asked, { ...WRONG_TYPE, why: `${route.path} ${type}` });
      assert.deepEqual(world.calls, []);
    }
    const bytes = new TextEncoder().encode(body());
    const asked = world.ask(route, { headers: { "content-type": null }, body: bytes });
    await world.assertRefused(asked, { ...WRONG_TYPE, why: `${route.path} without` });
  }
  for (const route of ROUTES_WITH_FIELDS) {
    const body = new ReadableStream({
      pull: () => assert.fail("the body was read"),
    }, { highWaterMark: 0 });
    await world.assertRefused(
      world.ask(route, { headers: { "content-type": "text/plain" }, body }),
      WRONG_TYPE,
    );
  }
});

test("createHandler() takes JSON in UTF-8 however the content type spells it (R76)", async () => {
  const types = [
    "application/json",
    "APPLICATION/JSON",
    "application/json;charset=utf-8",
    "application/json ; charset=UTF-8",
    'application/json; charset="utf-8"',
  ];
  for (const type of types) {
    for (const route of ROUTES_WITH_FIELDS) {
      const world = await openWorld();
      const { response } = await world.ask(route, { headers: { "content-type": type } });
      assert.equal(response.status, route.status, `${route.path} ${type}`);
    }
  }
});

/** A body of this many bytes in chunks, as JSON that would be well-formed if it were read to its end. */
function streamOf(size: number, chunkSize = 1_000): ReadableStream<Uint8Array> {
  let left = size;
  return new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close();
      const chunk = Math.min(chunkSize, left);
      left -= chunk;
      controller.enqueue(new Uint8Array(chunk).fill(0x20));
    },
  }, { highWaterMark: 0 });
}

test("createHandler() refuses more than 16 KiB, whatever Content-Length says (R81)", async () => {
  const world = await openWorld();
  for (const route of [...ROUTES_WITH_FIELDS, ...ROUTES_WITHOUT_FIELDS]) {
    const headers = { "content-type": "application/json" };
    for (const length of [null, "2", "0", "-1", "x", "16384"]) {
      const asked = world.ask(route, {
        headers: { ...headers, "content-length": length },
        body: streamOf(16_385),
      });
      await world.assertRefused(asked, { ...TOO_LARGE, why: `${route.path} ${length}` });
    }
    for (const length of ["16385", "1e9", "999999999999999999999"]) {
      const asked = world.ask(route, { headers: { ...headers, "content-length": length } });
      await world.assertRefused(asked, { ...TOO_LARGE, why: `${route.path} ${length}` });
    }
    const fits = world.ask(route, { headers, body: streamOf(16_384, 7) });
    await world.assertRefused(fits, { ...BAD_REQUEST, why: `${route.path} fits` });
    assert.deepEqual(world.calls, []);
  }
});

test("createHandler() reads no further than the limit of an endless body (R81)", async () => {
  const world = await openWorld();
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1_024));
    },
  }, { highWaterMark: 0 });
  await world.assertRefused(world.ask(routeCase("/login"), { body }), TOO_LARGE);
  assert.equal(pulled, 17);
});

test("createHandler() takes a body of exactly 16 KiB in chunks that split characters", async () => {
  const world = await openWorld();
  const json = new TextEncoder().encode(
    JSON.stringify({ username: "ada", password: "Ünïcödé 𝒳 ".repeat(10) }),
  );
  const bytes = new Uint8Array(16_384).fill(0x20);
  bytes.set(json);
  let offset = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (offset === bytes.length) return controller.close();
      controller.enqueue(bytes.slice(offset, ++offset));
    },
  }, { highWaterMark: 0 });
  const asked = world.ask(routeCase("/login"), { body, headers: { "content-length": "16384" } });
  await world.assertRefused(asked, { status: 401, code: "invalid_credentials" });
  assert.equal(world.hasher.verified, 1);
});

test("createHandler() refuses a body that breaks off", async () => {
  const world = await openWorld();
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("reset by peer")) });
  await world.assertRefused(world.ask(routeCase("/login"), { body }), BAD_REQUEST);
});

test("createHandler() answers 500 when somebody else has read the body", async () => {
  const readWhole = (request: Request) => request.text();
  const readAndRelease = async (request: Request) => {
    const reader = request.body?.getReader();
    await reader?.read();
    reader?.releaseLock();
  };
  for (const read of [readWhole, readAndRelease]) {
    const world = await openWorld();
    const request = world.request(routeCase("/login"));
    await read(request);
    const response = await world.handle(request);
    assert.equal(response?.status, 500);
    assert.equal((await response.json()).code, "internal_error");
    assert.equal(world.errors.length, 1);
  }
});

test("createHandler() takes nothing but an empty body or {} where it reads no fields", async () => {
  for (const route of ROUTES_WITHOUT_FIELDS) {
    for (const body of [null, "", "{}", " {\n} "]) {
      const world = await openWorld();
      const headers = { "content-type": body === null ? null : "application/json" };
      const { response } = await world.ask(route, { body, headers });
      assert.equal(response.status, 200, JSON.stringify(body));
    }
    const world = await openWorld();
    assert.equal((await world.ask(route, { body: "" })).response.status, 200);
    world.forget();
    for (const body of ["[]", "null", '""', "0", " ", '{"a":"b"}', '{"a":{}}', "{}{}", "{"]) {
      const asked = world.ask(route, { body, headers: { "content-type": "application/json" } });
      await world.assertRefused(asked, { status: 400, code: "invalid_request", why: body });
    }
  }
});

test("createHandler() refuses bodies that are no flat JSON object (R33, R81)", async () => {
  const world = await openWorld();
  const bodies: BodyInit[] = [
    "",
    " ",
    "null",
    "true",
    "0",
    '"x"',
    "[]",
    "{}",
    "{",
    "}",
    "{'username':'ada'}",
    "username=ada&password=x",
    '{"username":"ada","password":"x"} x',
    '{"username":"ada","password":"x",}',
    '{"username":"ada" /* */,"password":"x"}',
    '\uFEFF{"username":"ada","password":"x"}',
    "[".repeat(16_000),
    '{"username":'.repeat(1_000),
    '{"username":"ada","password":"\u0000"}',
    '[{"username":"ada","password":"x"}]',
    new Uint8Array([0xff, 0xfe, 0x7b, 0x7d]),
    new TextEncoder().encode('{"username":"ada","password":"x').slice(0, 25),
    new Uint8Array([...new TextEncoder().encode('{"username":"ada","password":"'), 0xc3, 0x28, 0x22, 0x7d]),
    new Uint8Array([
      ...new TextEncoder().encode('{"username":"ada","password":"'),
      0xed,
      0xa0,
      0x80,
      0x22,
      0x7d,
    ]),
  ];
  for (const body of bodies) {
    const asked = world.ask(routeCase("/login"), { body, headers: { "content-type": "application/json" } });
    await world.assertRefused(asked, { ...BAD_REQUEST, why: String(body).slice(0, 80) });
    assert.deepEqual(world.calls, []);
    assert.equal(world.hashes, 0);
  }
});

/** Everything but a string. */
const OTHER_VALUES = ["null", "true", "0", "1e999", "[]", '["x"]', '["x","y"]', "{}", '{"x":"y"}', '[["x"]]'];

test("createHandler() takes strings only in every field of every route (R33, R52, V25)", async () => {
  const world = await openWorld();
  for (const route of ROUTES_WITH_FIELDS) {
    const body = route.body(world.secrets);
    for (const field of Object.keys(body)) {
      for (const value of OTHER_VALUES) {
        const changed = JSON.stringify({ ...body, [field]: "\u0001" }).replace('"\\u0001"', value);
        const asked = world.ask(route, { body: changed });
        await world.assertRefused(asked, { ...BAD_REQUEST, why: `${route.path} ${changed}` });
      }
    }
  }
  assert.deepEqual(world.calls, []);
  assert.equal(world.hashes, 0);
});

test("createHandler() wants every field of every route", async () => {
  const world = await openWorld();
  for (const route of ROUTES_WITH_FIELDS) {
    const body = route.body(world.secrets);
    for (const missing of Object.keys(body)) {
      const rest = Object.entries(body).filter(([field]) => field !== missing);
      for (
        const entries of [rest, [...rest, [missing.toUpperCase(), "x"]], [...rest, [`${missing}[]`, "x"]]]
      ) {
        const asked = world.ask(route, { body: JSON.stringify(Object.fromEntries(entries)) });
        await world.assertRefused(asked, { ...BAD_REQUEST, why: `${route.path} without ${missing}` });
      }
    }
  }
  assert.deepEqual(world.calls, []);
});

const FOREIGN_FIELDS = [
  "role",
  "roles",
  "permissions",
  "verified",
  "id",
  "userId",
  "passwordHash",
  "password_hash",
  "createdAt",
  "mfa",
  "holdsEmail",
  "context",
  "sessionToken",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "x",
  "",
];

test("createHandler() refuses every unknown field on every route, and no prototype changes (R42, R81, V2)", async () => {
  const world = await openWorld();
  for (const route of [...ROUTES_WITH_FIELDS, ...ROUTES_WITHOUT_FIELDS]) {
    const members = Object.entries(route.body?.(world.secrets) ?? {}).map(([field, value]) =>
      `${JSON.stringify(field)}:${JSON.stringify(value)}`
    );
    for (const field of FOREIGN_FIELDS) {
      for (const value of ['"admin"', "true", '{"x":"polluted"}', '["admin"]', "null"]) {
        const foreign = `${JSON.stringify(field)}:${value}`;
        for (const all of [[...members, foreign], [foreign, ...members]]) {
          const asked = world.ask(route, {
            body: `{${all.join(",")}}`,
            headers: { "content-type": "application/json" },
          });
          await world.assertRefused(asked, { ...BAD_REQUEST, why: `${route.path} ${foreign}` });
        }
      }
    }
  }
  assert.deepEqual(world.calls, []);
  assert.equal(({} as { x?: unknown }).x, undefined);
});

test("createHandler() refuses a repeated key, however it is escaped and whatever it held (R33, R81)", async () => {
  const world = await openWorld();
  for (const route of ROUTES_WITH_FIELDS) {
    const body = route.body(world.secrets);
    const json = JSON.stringify(body);
    for (const [field, value] of Object.entries(body)) {
      const escaped = `\\u${field.charCodeAt(0).toString(16).padStart(4, "0")}${field.slice(1)}`;
      for (const key of [field, escaped]) {
        for (const twin of [JSON.stringify(value), '"x"', '""', '"\\""', ...OTHER_VALUES]) {
          const before = `{"${key}":${twin},${json.slice(1)}`;
          const after = `${json.slice(0, -1)},"${key}":${twin}}`;
          for (const repeated of [before, after]) {
            await world.assertRefused(world.ask(route, { body: repeated }), {
              ...BAD_REQUEST,
              why: repeated,
            });
          }
        }
      }
    }
  }
  assert.deepEqual(world.calls, []);
});

test("createHandler() reads escaped keys and values as JSON means them", async () => {
  const world = await openWorld();
  const body = '{"\\u0070assword":"seven quiet otters at \\u0064awn", "username" : "\\u0061da"}';
  assert.equal((await world.ask(routeCase("/login"), { body })).response.status, 200);
  const quoted = JSON.stringify({ username: "ada", password: '"," \\ ":{[' });
  world.forget();
  const asked = world.ask(routeCase("/login"), { body: quoted });
  await world.assertRefused(asked, { status: 401, code: "invalid_credentials" });
});

test("createHandler() judges path, method, token, content type, size and shape in this order (R17)", async () => {
  const world = await openWorld();
  const wrong = {
    path: "/nothing",
    method: "PUT",
    body: "x".repeat(20_000),
    headers: { authorization: null as string | null, "content-type": "text/plain" },
  };
  const change = routeCase("/password/change");
  const refusal = (status: number, code: string) => ({ status, code });
  await world.assertRefused(world.ask(change, wrong), refusal(404, "not_found"));
  const found = { ...wrong, path: change.path };
  await world.assertRefused(world.ask(change, found), refusal(405, "method_not_allowed"));
  const allowed = { ...found, method: "POST" };
  await world.assertRefused(world.ask(change, allowed), refusal(401, "invalid_session_token"));
  const known = { ...allowed, headers: { "content-type": "text/plain" } };
  await world.assertRefused(world.ask(change, known), WRONG_TYPE);
  const typed = { ...known, headers: {} };
  await world.assertRefused(world.ask(change, typed), TOO_LARGE);
  await world.assertRefused(world.ask(change, { ...typed, body: "x" }), BAD_REQUEST);
  assert.deepEqual(world.calls, []);
  assert.equal(world.hashes, 0);
});
