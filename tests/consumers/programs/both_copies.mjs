import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { processHashLimiter } from "@userharbor/argon2/limiter";
import * as imported from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { createGuards } from "@userharbor/http";
import { MemoryUserStore } from "@userharbor/memory";

const require = createRequire(import.meta.url);
const required = require("@userharbor/core");
const { MemoryUserStore: RequiredStore } = require("@userharbor/memory");

assert.notEqual(imported.UserHarborError, required.UserHarborError, "there is one copy only");

const details = ["weak_password", "Cannot set the password: too short"];
for (const [maker, reader] of [[imported, required], [required, imported]]) {
  const error = new maker.UserHarborError(...details);
  assert.equal(error instanceof reader.UserHarborError, false);
  assert.equal(reader.isUserHarborError(error), true);
}

// A store of either copy refuses what a harbor of the other copy understands.
for (const [core, Store] of [[imported, RequiredStore], [required, MemoryUserStore]]) {
  const emailSender = new RecordingEmailSender();
  const harbor = new core.UserHarbor({
    store: new Store(),
    emailSender,
    passwordHasher: new FastPasswordHasher(),
  });
  const account = { username: "ada", email: "ada@example.org", password: "seven quiet otters at dawn" };
  await harbor.register(account);
  await assert.rejects(
    harbor.register({ ...account, email: "grace@example.org" }),
    (error) =>
      imported.isUserHarborError(error) && required.isUserHarborError(error) &&
      error.code === "username_taken",
  );
  // Guards of the imported copy turn refusals of the required one into answers, not into failures.
  const guards = createGuards(harbor);
  const request = new Request("http://localhost/", { headers: { authorization: "Bearer nonsense" } });
  assert.equal(await guards.optionalUser(request), null);
  await harbor.settled();
}

// Both copies of the hasher share the limit of the process.
assert.equal(processHashLimiter(), require("@userharbor/argon2/limiter").processHashLimiter());
console.log("understood each other");
