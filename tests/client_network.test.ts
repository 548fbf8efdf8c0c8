import assert from "node:assert/strict";
import { test } from "node:test";
import { clientNetwork, parseIpAddress } from "../mod.ts";
import { pseudoRandom } from "./_pseudo_random.ts";

test("clientNetwork() is the same for 10,000 addresses of one /64, however they are spelt (R86, V8)", () => {
  const random = pseudoRandom(86);
  const group = () => Math.floor(random() * 0x10000).toString(16);
  const networks = new Set<string | null>();
  for (let index = 0; index < 10_000; index++) {
    const host = `${group()}:${group()}:${group()}:${group()}`;
    networks.add(clientNetwork(`2001:db8:0:7::${host.slice(host.indexOf(":") + 1)}`));
    networks.add(clientNetwork(`2001:0DB8:0000:0007:${host.toUpperCase()}`));
    networks.add(clientNetwork(`2001:db8:0:7:${host}%eth${index}`));
  }
  assert.deepEqual([...networks], ["2001:db8:0:7::/64"]);
  assert.equal(clientNetwork("2001:db8:0:8::1"), "2001:db8:0:8::/64");
});

test("clientNetwork() has one spelling for each network (R86, V8)", () => {
  const networks = {
    "192.0.2.1": ["192.0.2.1", "::ffff:192.0.2.1", "::FFFF:c000:0201", "0:0:0:0:0:ffff:192.0.2.1"],
    "0.0.0.0": ["0.0.0.0", "::ffff:0:0"],
    "255.255.255.255": ["255.255.255.255", "::ffff:ffff:ffff"],
    "::/64": [
      "::",
      "::1",
      "0:0:0:0:0:0:0:0",
      "::192.0.2.1",
      "::fffe:192.0.2.1",
      "0::ffff:ffff",
      "::ffff:0:192.0.2.1",
    ],
    "fe80::/64": ["fe80::1", "fe80::1%eth0", "FE80:0:0:0::%1", "fe80::192.0.2.1%en0"],
    "2001:db8::/64": ["2001:db8::", "2001:db8:0:0:1:1:1:1", "2001:0db8::ffff:192.0.2.1"],
    "0:0:1::/64": ["0:0:1::", "::1:0:0:0:0:0"],
    "1:0:0:1::/64": ["1:0:0:1:1:1:1:1"],
    "ffff:ffff:ffff:ffff::/64": ["ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"],
  };
  for (const [network, addresses] of Object.entries(networks)) {
    for (const address of addresses) assert.equal(clientNetwork(address), network, address);
  }
});

test("clientNetwork() is null for anything that is no address (R86)", () => {
  const texts = [
    "",
    " ",
    "unknown",
    "localhost",
    "example.org",
    "192.0.2",
    "192.0.2.256",
    "192.0.2.01",
    "0x7f.0.0.1",
    "2130706433",
    "192.0.2.1.",
    ".192.0.2.1",
    "192.0.2.1.5",
    " 192.0.2.1",
    "192.0.2.1\n",
    "192.0.2.1:80",
    "192.0.2.1%eth0",
    "192.0.2.0/24",
    "١٩٢.0.2.1",
    "[::1]",
    "[::1]:80",
    "::1/128",
    "::1\n",
    "::1]/",
    "::1@",
    "::1%",
    "::1%a%b",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "::g",
    "::ffff:192.0.2",
    "::ffff:192.0.2.256",
    "::ffff:0x7f.0.0.1",
    "::192.0.2.1:1",
    `fe80::1%${"a".repeat(64)}`,
    ":".repeat(100_000),
    "1".repeat(100_000),
  ];
  for (
    const address of [...texts, "x::1", "client ::1", null, undefined, 7, ["::1"], new String("::1"), {}]
  ) {
    assert.equal(clientNetwork(address), null, String(address).slice(0, 70));
  }
});

test("parseIpAddress() gives what compares: one spelling, and 4 or 16 bytes (R86, V8)", () => {
  assert.deepEqual(parseIpAddress("192.0.2.1"), { text: "192.0.2.1", bytes: [192, 0, 2, 1] });
  assert.deepEqual(parseIpAddress("::ffff:c000:201"), { text: "192.0.2.1", bytes: [192, 0, 2, 1] });
  const loopback = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  assert.deepEqual(parseIpAddress("0::0:1"), { text: "::1", bytes: loopback });
  assert.deepEqual(parseIpAddress("2001:DB8:0:1:FFFE::A%en1"), {
    text: "2001:db8:0:1:fffe::a",
    bytes: [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, 0xff, 0xfe, 0, 0, 0, 0, 0, 10],
  });
});
