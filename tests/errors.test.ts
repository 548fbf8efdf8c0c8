import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "node:util";
import { isUserHarborError, UserHarborError } from "../errors.ts";

test("isUserHarborError() recognises the errors of another copy of the module", async () => {
  const copy: typeof import("../errors.ts") = await import(`${"../errors.ts"}?copy`);
  assert.notEqual(copy.UserHarborError, UserHarborError);
  const foreign = new copy.UserHarborError("weak_password", "Cannot");
  assert.equal(foreign instanceof UserHarborError, false);
  assert.equal(isUserHarborError(foreign), true);
  assert.equal(copy.isUserHarborError(new UserHarborError("weak_password", "Cannot")), true);
});

test("isUserHarborError() is false for everything else", () => {
  const lookAlike = Object.assign(new Error("Cannot"), { name: "UserHarborError", code: "weak_password" });
  for (const value of [lookAlike, new Error("x"), null, undefined, "x", 7, {}, [], () => {}, Symbol("x")]) {
    assert.equal(isUserHarborError(value), false);
  }
  const forged: unknown = JSON.parse(
    `{"name":"UserHarborError","code":"weak_password","userharbor.error":true}`,
  );
  assert.equal(isUserHarborError(forged), false);
});

test("UserHarborError carries code, message, reason, time to wait and cause", () => {
  const cause = new Error("below");
  const error = new UserHarborError("overloaded", "Cannot hash", {
    reason: "busy",
    retryAfterSeconds: 2,
    cause,
  });
  assert.ok(error instanceof Error);
  assert.deepEqual(
    [error.name, error.code, error.message, error.reason, error.retryAfterSeconds, error.cause],
    ["UserHarborError", "overloaded", "Cannot hash", "busy", 2, cause],
  );
  assert.match(error.stack ?? "", /errors\.test\.ts/);
});

test("UserHarborError has no members for details it was not given", () => {
  const error = new UserHarborError("weak_password", "Cannot");
  for (const name of ["reason", "retryAfterSeconds", "cause"]) assert.equal(name in error, false, name);
});

test("UserHarborError shows neither its brand nor its cause in JSON", () => {
  const cause = new Error("secret of the database");
  const error = new UserHarborError("weak_password", "Cannot", { reason: "too_short", cause });
  assert.deepEqual(JSON.parse(JSON.stringify(error)), {
    name: "UserHarborError",
    code: "weak_password",
    reason: "too_short",
  });
  assert.equal(inspect(error).includes("userharbor.error"), false);
});
