import assert from "node:assert/strict";
import { test } from "node:test";
import { createSessionCookie, type SessionCookie, type SessionCookieOptions } from "../mod.ts";

const TOKEN = "0123456789-abcdefghijklmnopqrstuvwxyz_ABCDE";
const OTHER = "Z".repeat(43);

function read(cookie: SessionCookie, header: string): string | null {
  return cookie.read(new Request(cookie.origin, { headers: { cookie: header } }));
}

test("createSessionCookie() sets and clears under exactly these attributes (R73)", () => {
  const secure = createSessionCookie({ origin: "https://example.org" });
  assert.equal(secure.origin, "https://example.org");
  assert.equal(secure.name, "__Host-uh_session");
  assert.equal(
    secure.set(TOKEN),
    `__Host-uh_session=${TOKEN}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=7776000`,
  );
  assert.equal(
    secure.clear(),
    "__Host-uh_session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
  );

  const local = createSessionCookie({ origin: "http://localhost:8000", maxAgeSeconds: 60 });
  assert.equal(local.origin, "http://localhost:8000");
  assert.equal(local.name, "uh_session");
  assert.equal(local.set(TOKEN), `uh_session=${TOKEN}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60`);
  assert.equal(local.clear(), "uh_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
});

test("createSessionCookie() leaves Secure and __Host- out for plain http on loopback only (R73)", () => {
  for (
    const origin of [
      "http://localhost",
      "http://localhost:8000",
      "http://app.localhost",
      "http://a.b.localhost:3000",
      "http://127.0.0.1",
      "http://127.255.0.9:8080",
      "http://[::1]",
      "http://[::1]:8000",
    ]
  ) {
    assert.equal(createSessionCookie({ origin }).name, "uh_session", origin);
  }
  for (const origin of ["https://localhost:8000", "https://127.0.0.1", "https://example.org:8443"]) {
    const cookie = createSessionCookie({ origin });
    assert.equal(cookie.name, "__Host-uh_session", origin);
    assert.match(cookie.set(TOKEN), /; Secure; /);
  }
});

const WRONG_ORIGINS = [
  "http://example.org",
  "http://localhost.example.org",
  "http://examplelocalhost",
  "http://127.0.0.1.example.org",
  "http://128.0.0.1",
  "http://10.0.0.1",
  "http://192.168.0.1:8000",
  "http://0.0.0.0",
  "http://[::]",
  "http://[::2]",
  "http://[::ffff:7f00:1]",
  "",
  "null",
  "*",
  "example.org",
  "//example.org",
  "https://",
  "https://example.org/",
  "https://example.org/app",
  "https://example.org?x",
  "https://example.org#x",
  "https://example.org:443",
  "http://localhost:80",
  "HTTPS://example.org",
  "https://Example.org",
  "https://münchen.example",
  "https://ada:secret@example.org",
  " https://example.org",
  "https://example.org\n",
  "https://*.example.org/",
  "https://example.org,https://example.com",
  "ftp://example.org",
  "wss://example.org",
  "file:///",
  "data:,x",
  "blob:https://example.org/x",
  "javascript:0",
];

test("createSessionCookie() takes an origin as browsers spell it, over TLS or on loopback", () => {
  for (const origin of WRONG_ORIGINS) {
    assert.throws(() => createSessionCookie({ origin }), RangeError, origin);
  }
});

test("createSessionCookie() knows no option that weakens the attributes (R73)", () => {
  const create = (options: unknown) => () => createSessionCookie(options as SessionCookieOptions);
  const origin = "https://example.org";
  for (const name of ["secure", "httpOnly", "sameSite", "path", "domain", "name", "prefix", "maxAge"]) {
    assert.throws(create({ origin, [name]: false }), TypeError, name);
  }
  for (const options of [undefined, null, "x", {}, { origin: 1 }, { origin: new URL(origin) }]) {
    assert.throws(create(options), TypeError, String(options));
  }
  for (const maxAgeSeconds of ["60", null, 60n, new Date(0)]) {
    assert.throws(create({ origin, maxAgeSeconds }), TypeError, String(maxAgeSeconds));
  }
  for (const maxAgeSeconds of [0, -1, 0.5, 1.5, NaN, Infinity, 34_560_001]) {
    assert.throws(create({ origin, maxAgeSeconds }), RangeError, String(maxAgeSeconds));
  }
  for (const maxAgeSeconds of [1, 34_560_000]) {
    const cookie = createSessionCookie({ origin, maxAgeSeconds });
    assert.ok(cookie.set(TOKEN).endsWith(`; Max-Age=${maxAgeSeconds}`));
  }
});

test("createSessionCookie() gives an object that nobody changes, and that follows no change of the options", () => {
  const options = { origin: "https://example.org", maxAgeSeconds: 60 };
  const cookie = createSessionCookie(options);
  options.origin = "https://example.com";
  options.maxAgeSeconds = 1;
  assert.equal(cookie.origin, "https://example.org");
  assert.ok(cookie.set(TOKEN).endsWith("; Max-Age=60"));
  assert.throws(() => Object.assign(cookie, { origin: "https://example.com" }), TypeError);
  const { set, clear } = cookie;
  assert.equal(set(TOKEN), cookie.set(TOKEN));
  assert.equal(clear(), cookie.clear());
});

test("set() refuses what is no session token, so that nothing is added to the header", () => {
  const cookie = createSessionCookie({ origin: "https://example.org" });
  for (
    const value of [
      "",
      "x",
      TOKEN.slice(1),
      `${TOKEN}x`,
      `${TOKEN}\n`,
      `${TOKEN.slice(1)};`,
      `${TOKEN.slice(1)} `,
      `${TOKEN}; Domain=example.org`,
      `${TOKEN}\r\nSet-Cookie: x=y`,
    ]
  ) {
    assert.throws(() => cookie.set(value), RangeError, value);
  }
});

/** What cannot come from the one cookie that was set; `N` stands for its name, `T` and `O` for two tokens. */
const TOSSED = [
  "",
  ";",
  "=",
  "T",
  "=T",
  "N",
  "N=",
  "N=; N=",
  "N=;N=T",
  "N=T; N=",
  "N=T; N=T",
  "N=T; N=O",
  "N=O; N=T",
  "N=T;N=T",
  "N=T; theme=dark; N=x",
  "N=T; N=O; N=T",
  "N=Tx",
  "N=x",
  "N=T=",
  "N==T",
  'N="T"',
  "N='T'",
  "N=T%20",
  "N=%54",
  "N=T,N=O",
  "N=T, theme=dark",
  "theme=dark, N=T",
  "N = T",
  "N =T",
  "N= T",
  "N=T ; a=b",
  "N: T",
  "N[]=T",
  "N.0=T",
  "N.1=T; N.2=O",
  "xN=T",
  "Nx=T",
  "x=N=T",
  "$N=T",
  "%4e=T",
  "\u00a0N=T",
  "N\u00a0=T",
  "\u0085N=T",
  "\u000bN=T",
  "\u000cN=T",
  "N=\u00a0T",
  "N=T\u00a0",
  'x="; y=N=T; "',
];

function toss(template: string, name: string): string {
  return template.replace(/[NTO]/g, (letter) => ({ N: name, T: TOKEN, O: OTHER })[letter] ?? letter);
}

test("read() is null for every tossed cookie (R74)", () => {
  for (const origin of ["https://example.org", "http://localhost:8000"]) {
    const cookie = createSessionCookie({ origin });
    assert.equal(cookie.read(new Request(origin)), null);
    for (const template of TOSSED) {
      const header = toss(template, cookie.name);
      if (isHeader(header)) assert.equal(read(cookie, header), null, `${origin} ${template}`);
    }
  }
});

/** Runtimes differ in which controls they let into a header at all. */
function isHeader(value: string): boolean {
  try {
    return new Headers({ cookie: value }).has("cookie");
  } catch {
    return false;
  }
}

test("read() takes the one name, in its own case, and no shadow of it (R74)", () => {
  const secure = createSessionCookie({ origin: "https://example.org" });
  const local = createSessionCookie({ origin: "http://localhost:8000" });
  const shadows = [
    "uh_session",
    "__host-uh_session",
    "__HOST-UH_SESSION",
    "__Host-UH_session",
    "__Host-uh_sessioN",
    "__Secure-uh_session",
    "__Http-uh_session",
    "__Host-Http-uh_session",
    "Host-uh_session",
    "_Host-uh_session",
    "__Host-",
    "__Host-uh-session",
    "__proto__",
  ];
  for (const shadow of shadows) {
    assert.equal(read(secure, `${shadow}=${TOKEN}`), null, shadow);
    if (shadow !== "uh_session") assert.equal(read(local, `${shadow}=${TOKEN}`), null, shadow);
    // Nor does one put the real cookie out of use.
    for (const header of [`${shadow}=${OTHER}; NAME=${TOKEN}`, `NAME=${TOKEN}; ${shadow}=${OTHER}`]) {
      assert.equal(read(secure, header.replace("NAME", secure.name)), TOKEN, shadow);
    }
  }
  assert.equal(read(local, `${secure.name}=${TOKEN}`), null);
});

test("read() finds the session token wherever it stands", () => {
  for (const origin of ["https://example.org", "http://localhost:8000"]) {
    const cookie = createSessionCookie({ origin });
    for (
      const template of [
        "N=T",
        "N=T;",
        "; N=T;",
        " \tN=T\t ",
        "a=b; N=T",
        "N=T; a=b",
        "a=b;N=T;c=d",
        "a; N=T",
        "a=N; N=T",
        "a=O; N=T",
        "a=b=c; N=T; d==",
      ]
    ) {
      assert.equal(read(cookie, toss(template, cookie.name)), TOKEN, template);
    }
    const many = "a=b; ".repeat(3_000);
    assert.equal(read(cookie, `${many}${cookie.name}=${TOKEN}; ${many}`), TOKEN);
  }
});
