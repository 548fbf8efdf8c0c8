import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryThrottle, type RequestContext, UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";
import { clientAddress, createHandler, type HandlerOptions, requestContext } from "../mod.ts";
import { routeCase } from "./_route_cases.ts";
import { openWorld } from "./_world.ts";

/** A proxy on this computer and a balancer in front of it, as an operator would name them. */
const PROXIES = ["127.0.0.1", "10.0.0.0/8", "2001:db8:ffff::/48"];

/** Who is told by each header, when the proxy at 127.0.0.1 hands the request on. */
const CORPUS: readonly (readonly [told: string, forwardedFor: string])[] = [
  // One proxy, two proxies, and one by IPv6.
  ["203.0.113.7", "203.0.113.7"],
  ["203.0.113.7", "203.0.113.7, 10.1.2.3"],
  ["203.0.113.7", "203.0.113.7,10.1.2.3,\t10.255.255.255 , 2001:DB8:FFFF::1"],
  ["2001:db8::7", "2001:db8::7, 2001:db8:ffff:1::2"],
  // Whatever a client sent stands before what the first proxy wrote.
  ["203.0.113.7", "1.1.1.1, 203.0.113.7"],
  ["203.0.113.7", "127.0.0.1, 203.0.113.7"],
  ["203.0.113.7", "10.0.0.1, 10.0.0.2, 203.0.113.7"],
  ["203.0.113.7", "1.1.1.1, 10.0.0.1, 203.0.113.7, 10.1.2.3"],
  ["203.0.113.7", "unknown, 203.0.113.7"],
  ["203.0.113.7", "<script>, ', \"', 203.0.113.7"],
  ["203.0.113.7", ", , , 203.0.113.7"],
  ["203.0.113.7", `${"1.1.1.1, ".repeat(10_000)}203.0.113.7`],
  // Next to the proxies' networks, not in them.
  ["11.0.0.1", "1.1.1.1, 11.0.0.1"],
  ["9.255.255.255", "1.1.1.1, 9.255.255.255"],
  ["127.0.0.2", "1.1.1.1, 127.0.0.2"],
  ["2001:db8:fffe:ffff::1", "1.1.1.1, 2001:db8:fffe:ffff::1"],
  // Other spellings of one address.
  ["203.0.113.7", "1.1.1.1, ::ffff:203.0.113.7"],
  ["203.0.113.7", "1.1.1.1, ::FFFF:CB00:7107, ::ffff:10.0.0.1"],
  ["2001:db8::7", "1.1.1.1, 2001:0DB8:0000::0007"],
  ["fe80::1", "1.1.1.1, fe80::1%eth0"],
  // With ports and brackets.
  ["203.0.113.7", "1.1.1.1, 203.0.113.7:4711, 10.0.0.1:65535"],
  ["2001:db8::7", "1.1.1.1, [2001:db8::7]"],
  ["2001:db8::7", "1.1.1.1, [2001:db8::7]:4711"],
  ["203.0.113.7", "1.1.1.1, [::ffff:203.0.113.7]:80"],
  // What cannot be read ends at the last proxy, and never goes on to what stands before.
  ["127.0.0.1", "203.0.113.7, unknown"],
  ["127.0.0.1", "203.0.113.7, _hidden"],
  ["127.0.0.1", "203.0.113.7, "],
  ["127.0.0.1", ""],
  ["10.1.2.3", "203.0.113.7, , 10.1.2.3"],
  ["10.1.2.3", "203.0.113.7, 999.1.1.1, 10.1.2.3"],
  ["127.0.0.1", "203.0.113.7, 010.0.0.1"],
  ["127.0.0.1", "203.0.113.7, 0x0a.0.0.1"],
  ["127.0.0.1", "203.0.113.7, 10.1"],
  ["127.0.0.1", "203.0.113.7, 203.0.113.7:port"],
  ["127.0.0.1", "203.0.113.7, 203.0.113.7:80:80"],
  ["127.0.0.1", "203.0.113.7, 203.0.113.7 10.0.0.1"],
  ["127.0.0.1", "203.0.113.7, 203.0.113.7;10.0.0.1"],
  ["127.0.0.1", "203.0.113.7, [10.0.0.1"],
  ["127.0.0.1", "203.0.113.7, [203.0.113.7]"],
  ["127.0.0.1", "203.0.113.7, for=203.0.113.8"],
  ["127.0.0.1", "203.0.113.7, example.org"],
  ["127.0.0.1", `203.0.113.7, ${"1".repeat(50_000)}`],
  // All of them proxies: the first wrote nobody down.
  ["10.0.0.1", "10.0.0.1, 10.0.0.2"],
];

test("clientAddress() is the last address that is no trusted proxy, whatever stands before it (R86, V8, V9)", () => {
  for (const [told, forwardedFor] of CORPUS) {
    const headers = new Headers({ "x-forwarded-for": forwardedFor });
    const address = clientAddress({ peerAddress: "127.0.0.1", headers, trustedProxies: PROXIES });
    assert.equal(address, told, forwardedFor.slice(0, 100));
  }
});

test("clientAddress() without trusted proxies is the peer's, whatever headers say (R86, V9)", () => {
  for (const [, forwardedFor] of CORPUS) {
    const headers = new Headers({
      "x-forwarded-for": forwardedFor,
      "forwarded": "for=1.1.1.1",
      "x-real-ip": "1.1.1.1",
      "x-client-ip": "1.1.1.1",
      "cf-connecting-ip": "1.1.1.1",
      "true-client-ip": "1.1.1.1",
    });
    for (const trustedProxies of [undefined, [], PROXIES]) {
      const request = { headers, peerAddress: "198.51.100.1" };
      const address = clientAddress(trustedProxies === undefined ? request : { ...request, trustedProxies });
      assert.equal(address, "198.51.100.1");
    }
    assert.equal(clientAddress({ headers, peerAddress: "127.0.0.1" }), "127.0.0.1");
  }
});

test("clientAddress() believes no other header of a trusted proxy either (R86, V9)", () => {
  const headers = new Headers({ "forwarded": "for=1.1.1.1", "x-real-ip": "1.1.1.1" });
  assert.equal(
    clientAddress({ headers, peerAddress: "10.0.0.1", trustedProxies: PROXIES }),
    "10.0.0.1",
  );
});

test("clientAddress() reads several headers as one, in their order (R86)", () => {
  const headers = new Headers([["x-forwarded-for", "1.1.1.1, 203.0.113.7"], ["X-Forwarded-For", "10.0.0.2"]]);
  assert.equal(
    clientAddress({ headers, peerAddress: "10.0.0.1", trustedProxies: PROXIES }),
    "203.0.113.7",
  );
});

test("clientAddress() knows the peer in every spelling, and nobody without one (R86, V8)", () => {
  const headers = new Headers({ "x-forwarded-for": "203.0.113.7" });
  for (const peerAddress of ["127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:FFFF:127.0.0.1"]) {
    assert.equal(clientAddress({ headers, peerAddress, trustedProxies: PROXIES }), "203.0.113.7");
  }
  for (const peerAddress of [undefined, "", "unix", "/run/app.sock", "127.0.0.1:80", "x".repeat(10_000)]) {
    assert.equal(clientAddress({ headers, peerAddress, trustedProxies: PROXIES }), null);
  }
});

test("clientAddress() compares networks by their bits, of one family (R86)", () => {
  const headers = new Headers({ "x-forwarded-for": "203.0.113.7" });
  const believes = (network: string, peerAddress: string) =>
    clientAddress({ headers, peerAddress, trustedProxies: [network] }) === "203.0.113.7";
  const cases:
    readonly (readonly [network: string, inside: readonly string[], outside: readonly string[]])[] = [
      ["192.0.2.1", ["192.0.2.1"], ["192.0.2.0", "192.0.2.2", "::c000:201"]],
      ["192.0.2.0/24", ["192.0.2.0", "192.0.2.255"], ["192.0.1.255", "192.0.3.0"]],
      ["172.16.0.0/12", ["172.16.0.0", "172.31.255.255"], ["172.15.255.255", "172.32.0.0"]],
      ["128.0.0.0/1", ["128.0.0.0", "255.255.255.255"], ["127.255.255.255"]],
      ["192.0.2.129/32", ["192.0.2.129"], ["192.0.2.128"]],
      ["::ffff:192.0.2.0/120", ["192.0.2.7", "::ffff:192.0.2.255"], ["192.0.3.0", "::192.0.2.7"]],
      ["2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db9::", "2001:db7:ffff::", "32.1.13.184"]],
      ["fc00::/7", ["fc00::1", "fdff::1"], ["fbff::1", "fe00::1"]],
      ["::1", ["::1", "0:0::1"], ["::2", "0.0.0.1"]],
      ["::1/128", ["::1"], ["::"]],
    ];
  for (const [network, inside, outside] of cases) {
    for (const address of inside) assert.equal(believes(network, address), true, `${address} in ${network}`);
    for (const address of outside) {
      assert.equal(believes(network, address), false, `${address} in ${network}`);
    }
  }
});

const BAD_NETWORKS = [
  "",
  " ",
  "localhost",
  "loopback",
  "10.0.0.0/",
  "10.0.0.0/33",
  "10.0.0.0/-1",
  "10.0.0.0/8/8",
  "10.0.0.0/255.0.0.0",
  "10.0.0.0 /8",
  " 10.0.0.0/8",
  "10.0.0.1/8",
  "10.0/8",
  "10.*",
  "2001:db8::1/64",
  "2001:db8::/129",
  "::ffff:10.0.0.0/90",
  "[::1]",
  "::1%eth0/128/1",
  "0.0.0.0/0",
  "::/0",
  "::ffff:0.0.0.0/96",
];

test("createHandler() and clientAddress() refuse networks that are none, and all of them (R86, V9)", () => {
  const harbor = new UserHarbor({
    store: new MemoryUserStore(),
    emailSender: new RecordingEmailSender(),
    passwordHasher: new FastPasswordHasher(),
  });
  for (const network of BAD_NETWORKS) {
    const trustedProxies = ["10.0.0.0/8", network];
    const named = { name: "RangeError", message: /^trustedProxies / };
    assert.throws(() => createHandler(harbor, { trustedProxies }), named, network);
    assert.throws(() => clientAddress({ headers: new Headers(), trustedProxies }), named, network);
    assert.throws(
      () => requestContext(new Request("https://example.org"), { trustedProxies }),
      named,
      network,
    );
  }
  for (const trustedProxies of ["10.0.0.0/8", [7], [null], {}, null, true]) {
    const options = { trustedProxies } as unknown as HandlerOptions;
    assert.throws(() => createHandler(harbor, options), TypeError);
  }
});

/** What the harbor is told of one login. */
async function toldContext(
  handler: HandlerOptions,
  connection?: { readonly peerAddress?: string },
): Promise<RequestContext | undefined> {
  const told: (RequestContext | undefined)[] = [];
  const harbor = { onEvent: ({ context }: { readonly context?: RequestContext }) => told.push(context) };
  const world = await openWorld({ harbor, handler });
  told.length = 0;
  const headers = { "user-agent": "test", "x-forwarded-for": "1.1.1.1, 203.0.113.7" };
  const response = await world.handle(world.request(routeCase("/login"), { headers }), connection);
  assert.equal(response?.status, 200);
  return told[0];
}

test("createHandler() tells the harbor the address, if it is told that of the peer (R86)", async () => {
  const proxy = { peerAddress: "10.0.0.1" };
  const userAgent = "test";
  assert.deepEqual(await toldContext({}, proxy), { address: "10.0.0.1", userAgent });
  assert.deepEqual(await toldContext({ trustedProxies: PROXIES }, proxy), {
    address: "203.0.113.7",
    userAgent,
  });
  assert.deepEqual(await toldContext({ trustedProxies: PROXIES }), { userAgent });
  assert.deepEqual(await toldContext({ trustedProxies: PROXIES }, {}), { userAgent });
});

test("createHandler() gives all addresses of one /64 one budget, and a spoofed header no other (R86, V8, V9)", async () => {
  const world = await openWorld({
    harbor: { throttle: new MemoryThrottle() },
    handler: { trustedProxies: ["10.0.0.1"] },
  });
  const logIn = async (number: number, peerAddress: string, forwardedFor: string) => {
    const body = JSON.stringify({ username: `nobody${number}`, password: "a guess that is wrong" });
    const headers = { "x-forwarded-for": forwardedFor };
    const response = await world.handle(world.request(routeCase("/login"), { body, headers }), {
      peerAddress,
    });
    return response?.status;
  };
  const spoofed = (number: number) => `192.0.2.${number}`;
  for (let number = 0; number < 10; number++) {
    assert.equal(await logIn(number, `2001:db8:0:7:${number}::1`, spoofed(number)), 401);
    assert.equal(await logIn(number, "10.0.0.1", `${spoofed(number)}, 203.0.113.7`), 401);
  }
  for (let number = 10; number < 15; number++) {
    assert.equal(await logIn(number, `2001:db8:0:7::${number}`, spoofed(number)), 429);
    assert.equal(await logIn(number, "10.0.0.1", `${spoofed(number)}, 203.0.113.7:${number}`), 429);
  }
  assert.equal(await logIn(15, "2001:db8:0:8::1", spoofed(0)), 401);
  assert.equal(await logIn(16, "10.0.0.1", "203.0.113.7, 203.0.113.8"), 401);
});

test("createHandler() hands what it would tell to a context of the application's own", async () => {
  const context: HandlerOptions["context"] = (_, byDefault) => ({ ...byDefault, locale: "eo" });
  const told = await toldContext({ context, trustedProxies: PROXIES }, { peerAddress: "10.0.0.1" });
  assert.deepEqual(told, { address: "203.0.113.7", userAgent: "test", locale: "eo" });
});

test("createHandler() takes whatever a runtime hands over beside the request for no connection", async () => {
  const world = await openWorld();
  const handle = world.handle as (request: Request, second: unknown) => Promise<Response | null>;
  for (
    const second of [null, 0, "10.0.0.1", { remoteAddr: { hostname: "10.0.0.1" } }, { peerAddress: 7 }, []]
  ) {
    const response = await handle(world.request(routeCase("/login")), second);
    assert.equal(response?.status, 200, String(second));
  }
});
