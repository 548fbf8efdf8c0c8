import assert from "node:assert/strict";
import { test } from "node:test";
import { createHandler, createSessionCookie, isSameSiteRequest } from "../mod.ts";
import { type CookieWorld, openCookieWorld, SAME_ORIGIN } from "./_cookie_world.ts";
import { ROUTE_CASES, type RouteCase, routeCase } from "./_route_cases.ts";

const ORIGIN = "https://example.org";
const FOREIGN = { status: 403, code: "permission_denied" };
const CHANGING = ROUTE_CASES.filter(({ method }) => method !== "GET");

/** Near misses of the origin above, and what is none. */
const FOREIGN_ORIGINS = [
  "null",
  "",
  "*",
  "undefined",
  "https://example.com",
  "https://www.example.org",
  "https://example.org.example.com",
  "https://notexample.org",
  "https://example.orgx",
  "https://example.or",
  "http://example.org",
  "https://example.org:443",
  "https://example.org:8443",
  "https://example.org/",
  "https://example.org/auth",
  "https://example.org.",
  "HTTPS://EXAMPLE.ORG",
  "https://Example.org",
  "https://ada@example.org",
  "https://example.org@example.com",
  "https://example.com?https://example.org",
  "https://example.org https://example.com",
  "https://example.org, https://example.com",
  "https://example.org, https://example.org",
  "https%3a//example.org",
  "//example.org",
  "example.org",
  "file://",
  "chrome-extension://example.org",
];

function ask(method: string, headers: Record<string, string>): boolean {
  return isSameSiteRequest(new Request(`${ORIGIN}/orders`, { method, headers }), ORIGIN);
}

const CHANGING_METHODS = ["POST", "PUT", "PATCH", "DELETE", "QUERY", "PROPFIND", "patch"];

test("isSameSiteRequest() is true for methods that change nothing, whoever asks", () => {
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    for (const site of ["same-origin", "same-site", "cross-site", "none", "x", ""]) {
      assert.equal(ask(method, { "sec-fetch-site": site, origin: "https://example.com" }), true);
    }
  }
});

test("isSameSiteRequest() believes Sec-Fetch-Site, and no value of it but same-origin (R75)", () => {
  const others = [
    "same-site",
    "cross-site",
    "SAME-ORIGIN",
    "Same-Origin",
    '"same-origin"',
    "same-origin;x",
    "x",
  ];
  const lists = [
    "same-origin, same-origin",
    "same-origin, cross-site",
    "none, same-origin",
    "same origin",
    "?1",
  ];
  for (const method of CHANGING_METHODS) {
    for (const origin of [ORIGIN, ...FOREIGN_ORIGINS, undefined]) {
      const sent = origin === undefined ? {} : { origin };
      assert.equal(ask(method, { "sec-fetch-site": "same-origin", ...sent }), true);
      for (const site of [...others, ...lists, ""]) {
        assert.equal(ask(method, { "sec-fetch-site": site, ...sent }), false, `${site} ${origin}`);
      }
    }
  }
});

test("isSameSiteRequest() wants this very Origin without Sec-Fetch-Site, and with none (R75)", () => {
  for (const method of CHANGING_METHODS) {
    for (const site of [undefined, "none"]) {
      const sent: Record<string, string> = site === undefined ? {} : { "sec-fetch-site": site };
      assert.equal(ask(method, { ...sent, origin: ORIGIN }), true);
      assert.equal(ask(method, sent), false);
      for (const origin of FOREIGN_ORIGINS) assert.equal(ask(method, { ...sent, origin }), false, origin);
    }
  }
});

test("isSameSiteRequest() makes nothing of Referer, Host or forwarding headers", () => {
  const headers = {
    "referer": `${ORIGIN}/`,
    "host": "example.org",
    "forwarded": "host=example.org;proto=https",
    "x-forwarded-host": "example.org",
    "x-requested-with": "XMLHttpRequest",
    "sec-fetch-mode": "navigate",
    "sec-fetch-user": "?1",
  };
  assert.equal(ask("POST", headers), false);
  assert.equal(ask("POST", { ...headers, origin: "https://example.com" }), false);
});

/** What a browser may say, and whether a request that says so may change something. */
const COMBINATIONS: readonly { headers: Readonly<Record<string, string>>; mayChange: boolean }[] = [
  { headers: { "sec-fetch-site": "same-origin", origin: ORIGIN }, mayChange: true },
  { headers: { "sec-fetch-site": "same-site", origin: "https://www.example.org" }, mayChange: false },
  { headers: { "sec-fetch-site": "cross-site", origin: "https://example.com" }, mayChange: false },
  { headers: { "sec-fetch-site": "none" }, mayChange: false },
  { headers: { origin: ORIGIN }, mayChange: true },
  { headers: { origin: "https://example.com" }, mayChange: false },
  { headers: { origin: "null" }, mayChange: false },
  { headers: {}, mayChange: false },
];

type Credentials = "cookie" | "none" | "bearer";

function credentialsOf(world: CookieWorld, kind: Credentials): Record<string, string | null> {
  if (kind === "bearer") return { authorization: `Bearer ${world.secrets.session}` };
  return { authorization: null, ...(kind === "cookie" ? { cookie: world.held() } : {}) };
}

/** Written out from the rules, not taken from the code under test. */
function expectedStatus(
  route: RouteCase,
  { mayChange, isSilent, kind }: { mayChange: boolean; isSilent: boolean; kind: Credentials },
): number {
  const isAdmitted = route.method === "GET" || mayChange || (isSilent && kind !== "cookie");
  if (!isAdmitted) return 403;
  return route.needsBearer && kind === "none" ? 401 : route.status;
}

test("createHandler() judges 8 combinations of headers on every route for cookie, none and bearer (R75)", async () => {
  assert.equal(COMBINATIONS.length, 8);
  const refused = await openCookieWorld();
  for (const route of ROUTE_CASES) {
    for (const { headers, mayChange } of COMBINATIONS) {
      for (const kind of ["cookie", "none", "bearer"] as const) {
        const isSilent = Object.keys(headers).length === 0;
        const status = expectedStatus(route, { mayChange, isSilent, kind });
        const world = status < 300 ? await openCookieWorld() : refused;
        const asked = world.ask(route, { headers: { ...credentialsOf(world, kind), ...headers } });
        const why = `${route.path} ${kind} ${JSON.stringify(headers)}`;
        if (status < 300) assert.equal((await asked).response.status, status, why);
        else if (status === 403) await world.assertRefused(asked, { ...FOREIGN, why });
        else await world.assertRefused(asked, { status, code: "invalid_session_token", why });
      }
    }
  }
  // Whatever was refused was refused before the store was asked or anything hashed, and spared the session.
  assert.deepEqual(refused.calls, []);
  assert.equal(refused.hashes, 0);
  assert.equal((await refused.browse(routeCase("/me"))).response.status, 200);
});

test("createHandler() takes any cookie at all for a browser's (R75)", async () => {
  const world = await openCookieWorld();
  for (const cookie of ["theme=dark", "x", world.held("x"), ""]) {
    for (const route of CHANGING) {
      const asked = world.ask(route, { headers: { cookie } });
      await world.assertRefused(asked, { ...FOREIGN, why: `${route.path} ${cookie}` });
      assert.equal((await asked).response.headers.get("set-cookie"), null);
    }
  }
  assert.deepEqual(world.calls, []);
});

test("createHandler() refuses a foreign page before the body is read (R75)", async () => {
  const world = await openCookieWorld();
  for (const route of CHANGING) {
    let pulls = 0;
    const body = new ReadableStream({
      pull(controller) {
        pulls++;
        controller.enqueue(new TextEncoder().encode("{"));
      },
    }, { highWaterMark: 0 });
    const headers = { ...SAME_ORIGIN, cookie: world.held(), "sec-fetch-site": "cross-site" };
    await world.assertRefused(world.ask(route, { headers, body }), { ...FOREIGN, why: route.path });
    assert.equal(pulls, 0);
  }
  const headers = { ...SAME_ORIGIN, "sec-fetch-site": "cross-site", "content-type": "text/plain" };
  for (const body of ["x", "x".repeat(20_000)]) {
    await world.assertRefused(world.browse(routeCase("/login"), { headers, body }), FOREIGN);
  }
});

test("createHandler() refuses every foreign Origin on every route that changes something (R75)", async () => {
  const world = await openCookieWorld();
  for (const route of CHANGING) {
    for (const origin of FOREIGN_ORIGINS) {
      const headers = { authorization: null, cookie: world.held(), origin };
      await world.assertRefused(world.ask(route, { headers }), {
        ...FOREIGN,
        why: `${route.path} ${origin}`,
      });
    }
  }
  assert.deepEqual(world.calls, []);
});

test("createHandler() grants no other origin anything through CORS (R77)", async () => {
  for (const origin of [...FOREIGN_ORIGINS, ORIGIN]) {
    const world = await openCookieWorld();
    for (const route of ROUTE_CASES) {
      const preflight = {
        "access-control-request-method": route.method,
        "access-control-request-headers": "content-type, authorization",
      };
      const answers = [
        await world.ask(route, { method: "OPTIONS", headers: { ...preflight, origin }, body: null }),
        await world.ask(route, { headers: { origin, authorization: null, cookie: world.held() } }),
        await world.ask(route, { headers: { origin } }),
        await world.ask(route, { headers: { origin }, path: "/nothing" }),
      ];
      assert.equal(answers[0]?.response.status, 405);
      for (const { response } of answers) {
        const names = [...response.headers.keys()];
        assert.deepEqual(names.filter((name) => /^access-control-|^vary$/.test(name)), [], origin);
        const seen = JSON.stringify([...response.headers]);
        if (origin.includes("example")) assert.ok(!seen.includes(origin), seen);
      }
    }
  }
});

test("createHandler() wants JSON of a page of the same origin, too (R76)", async () => {
  const world = await openCookieWorld();
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/json",
    "",
  ];
  for (const route of CHANGING) {
    const body = JSON.stringify(route.body?.(world.secrets) ?? {});
    for (const type of types) {
      const asked = world.browse(route, { headers: { "content-type": type }, body });
      const expected = { status: 415, code: "unsupported_media_type", why: `${route.path} ${type}` };
      await world.assertRefused(asked, expected);
    }
    const bytes = new TextEncoder().encode(body);
    const asked = world.browse(route, { headers: { "content-type": null }, body: bytes });
    await world.assertRefused(asked, { status: 415, code: "unsupported_media_type", why: route.path });
  }
  assert.deepEqual(world.calls, []);
});

test("createHandler() judges the method before the page, and the page before the session", async () => {
  const world = await openCookieWorld();
  const foreign = { origin: "https://example.com", authorization: null };
  const wrongMethod = world.ask(routeCase("/logout"), { method: "PUT", headers: foreign });
  await world.assertRefused(wrongMethod, { status: 405, code: "method_not_allowed" });
  await world.assertRefused(world.ask(routeCase("/logout"), { headers: foreign }), FOREIGN);
});

test("createHandler() takes its origin from the options, whatever a request says of hosts (R87)", async () => {
  const origins = ["https://a.example", "https://b.example", "http://localhost:8000"];
  const worlds = await Promise.all(origins.map((origin) => openCookieWorld(createSessionCookie({ origin }))));
  const login = routeCase("/login");
  const cases = worlds.flatMap((world) =>
    origins.flatMap((origin) => origins.map((host) => ({ world, origin, host })))
  );
  const answers = await Promise.all(cases.map(({ world, origin, host }) => {
    const hosts = { "host": new URL(host).host, "x-forwarded-host": new URL(host).host };
    const { headers } = world.request(login, { headers: { origin, ...hosts } });
    const body = JSON.stringify(login.body?.(world.secrets));
    return world.handle(new Request(`${host}/auth/login`, { method: "POST", headers, body }));
  }));
  for (const [index, response] of answers.entries()) {
    const { world, origin, host } = cases[index] ?? assert.fail();
    const isOwn = world.cookie.origin === origin;
    assert.equal(response?.status, isOwn ? 200 : 403, `${world.cookie.origin} ${origin} ${host}`);
    const expected = world.cookie.clear().replace(/^.*?;/, "").replace("=0", "=7776000");
    const attributes = response?.headers.get("set-cookie")?.replace(/^.*?;/, "");
    assert.equal(attributes, isOwn ? expected : undefined);
  }
});

test("createHandler() keeps two origins over one harbor apart (R87)", async () => {
  const world = await openCookieWorld();
  const other = createHandler(world.harbor, {
    cookie: createSessionCookie({ origin: "https://example.com" }),
  });
  const request = (origin: string) => world.request(routeCase("/login"), { headers: { origin } });
  for (let time = 0; time < 5; time++) {
    const [own, foreign, theirs, ours] = await Promise.all([
      world.handle(request(ORIGIN)),
      world.handle(request("https://example.com")),
      other(request("https://example.com")),
      other(request(ORIGIN)),
    ]);
    assert.deepEqual([own, foreign, theirs, ours].map((answer) => answer?.status), [200, 403, 200, 403]);
  }
});
