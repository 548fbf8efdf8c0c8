import assert from "node:assert/strict";
import test from "node:test";
import type { RegisterInput } from "../mod.ts";
import { openHarbor, PASSWORD } from "./_harness.ts";

const ADA: RegisterInput = { username: "Ada", email: "Ada@Example.org", password: PASSWORD };

test("register() takes exactly the passwords of 15 code points and more (R1)", async () => {
  const life = openHarbor();
  for (let length = 0; length <= 20; length++) {
    const register = () =>
      life.harbor.register({ ...ADA, username: `user-${length}`, password: "x".repeat(length) });
    if (length < 15) await life.refuses("weak_password", register);
    else await register();
  }
});

test("register() counts code points, not UTF-16 units or bytes (R2)", async () => {
  const life = openHarbor();
  const key = "\u{1F511}";
  await life.refuses("weak_password", () => life.harbor.register({ ...ADA, password: key.repeat(14) }));
  await life.harbor.register({ ...ADA, password: key.repeat(15) });
});

test("register() takes up to 256 code points and 1 024 bytes, and cuts nothing off (R3)", async () => {
  const life = openHarbor({ passwordValidator: () => true });
  const { harbor } = life;
  const longest = ["x".repeat(64), "x".repeat(256), "\u{1F511}".repeat(256), "\u4e2d".repeat(256), ""];
  for (const [index, password] of longest.entries()) {
    await harbor.register({ ...ADA, username: `user-${index}`, password });
  }
  // 256 four-byte code points are the 1 024 bytes; a 257th code point is over whatever its size.
  for (const password of ["x".repeat(257), "\u{1F511}".repeat(257), "x".repeat(1025), "x".repeat(1 << 20)]) {
    await life.refuses("weak_password", () => harbor.register({ ...ADA, password }));
  }
  assert.equal(life.passwordHasher.hashed, longest.length);
});

test("register() says why a password is weak in error.reason (R3)", async () => {
  const { harbor } = openHarbor();
  const reasons = [["short", "too_short"], ["x".repeat(257), "too_long"], [`${PASSWORD}\ud800`, "malformed"]];
  for (const [password = "", reason] of reasons) {
    await assert.rejects(harbor.register({ ...ADA, password }), { code: "weak_password", reason });
  }
});

test("register() has no composition rules (R4)", async () => {
  const life = openHarbor();
  const passwords = [
    "aaaaaaaaaaaaaaa",
    "123456789012345",
    "\u4e2d\u6587\u5bc6\u7801".repeat(4),
    "\u{1F600}".repeat(15),
    "     inner  space     ",
    "\u0000\u0001\u0002 controls are fine",
  ];
  for (const [index, password] of passwords.entries()) {
    await life.harbor.register({
      ...ADA,
      username: `user-${index}`,
      email: `u${index}@example.org`,
      password,
    });
    await life.harbor.settled();
    await life.harbor.verifyEmail(life.emailSender.tokenFor("verification", `u${index}@example.org`));
    await life.login(`user-${index}`, password);
  }
});

test("register() refuses a lone surrogate in the password, whatever the validator says (R6)", async () => {
  const life = openHarbor({ passwordValidator: () => true });
  for (const password of [`${PASSWORD}\ud800`, `\udc00${PASSWORD}`, `${PASSWORD}\udc00\ud800`]) {
    await life.refuses("weak_password", () => life.harbor.register({ ...ADA, password }));
  }
  assert.equal(life.hashes, 0);
});

test("register() asks the password validator with the chosen username and the canonical address", async () => {
  const asked: unknown[] = [];
  const life = openHarbor({
    passwordValidator: (...args) => {
      asked.push(args);
      return Promise.resolve("in_a_breach");
    },
  });
  await assert.rejects(life.harbor.register(ADA), { code: "weak_password", reason: "in_a_breach" });
  assert.deepEqual(asked, [[PASSWORD, { username: "Ada", email: "ada@example.org" }]]);
  assert.equal(life.hashes, 0);
});
