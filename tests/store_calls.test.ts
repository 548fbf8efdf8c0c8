import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { emailOf, NEW_PASSWORD, openHarbor, PASSWORD } from "./_harness.ts";
import { withoutOptionalMethods } from "./_without_optional_methods.ts";

test("a store that disables nobody is never given a guard about that", async () => {
  const life = openHarbor({ store: withoutOptionalMethods(new MemoryUserStore()) });
  const { harbor } = life;
  const { sessionToken } = await life.loggedIn("ada");
  await harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
  await harbor.resetPassword({ resetToken: await life.resetToken("ada"), newPassword: PASSWORD });
  await harbor.deleteAccount({ sessionToken: (await life.login("ada")).sessionToken, password: PASSWORD });
  await harbor.settled();
  const guarded = life.calls.filter(({ args }) => JSON.stringify(args).includes('"disabled"'));
  assert.deepEqual(guarded.map(({ method }) => method), []);
});

test("what is no username and no address never reaches a store", async () => {
  const life = openHarbor();
  await life.loggedIn("ada");
  for (const malformed of ["a\ud800b", "not@an@address", "@", ""]) {
    await life.rejectsWithoutMail("invalid_credentials", () => life.login(malformed));
    await life.harbor.sendPasswordReset(malformed);
    await life.harbor.resendVerification(malformed);
    await life.harbor.settled();
  }
  await life.harbor.resendVerification(emailOf("nobody"));
  const asked = life.calls.filter(({ method }) => method.startsWith("getUserBy")).map(({ args }) => args[0]);
  assert.deepEqual(asked.filter((key) => typeof key !== "string" || key === ""), []);
});
