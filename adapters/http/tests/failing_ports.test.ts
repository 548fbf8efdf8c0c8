import assert from "node:assert/strict";
import { test } from "node:test";
import { UserHarborError } from "@userharbor/core";
import { errorResponse } from "../mod.ts";
import { ROUTE_CASES, routeCase } from "./_route_cases.ts";
import { openWorld } from "./_world.ts";

/** In every injected error; in no answer. */
const CANARY = "canary";

function withProperties(properties: object): Error {
  return Object.assign(new Error(`${CANARY}: driver`), properties);
}

/** What drivers, pools and mistakes throw. The code of an error that is no UserHarborError means nothing. */
const STORE_ERRORS: readonly unknown[] = [
  new Error(`${CANARY}: connect ECONNREFUSED 127.0.0.1:5432`),
  new Error(`${CANARY}: SELECT * FROM userharbor_users WHERE email = 'ada@example.org'`),
  new TypeError(`${CANARY}: Cannot read properties of undefined (reading 'rows')`),
  new RangeError(`${CANARY}: Maximum call stack size exceeded`),
  new SyntaxError(`${CANARY}: Unexpected token`),
  new URIError(CANARY),
  new EvalError(CANARY),
  new AggregateError([new Error(CANARY)], CANARY),
  new DOMException(`${CANARY}: aborted`, "AbortError"),
  new DOMException(`${CANARY}: timed out`, "TimeoutError"),
  new Error(CANARY, { cause: new Error(`${CANARY}: password authentication failed for user "app"`) }),
  withProperties({ code: "SQLITE_BUSY" }),
  withProperties({ code: "SQLITE_CONSTRAINT_UNIQUE", errcode: 2067 }),
  withProperties({ code: "23505", detail: `${CANARY}: Key (email)=(ada@example.org) already exists.` }),
  withProperties({ code: "40001" }),
  withProperties({ code: "40P01" }),
  withProperties({ code: "57P01", severity: "FATAL" }),
  withProperties({ code: "ER_DUP_ENTRY", errno: 1062, sqlMessage: CANARY }),
  withProperties({ code: "ECONNRESET", syscall: "read" }),
  withProperties({ code: "invalid_session_token" }),
  withProperties({ code: "invalid_credentials", name: "UserHarborError" }),
  withProperties({ code: "username_taken", status: 409, statusCode: 409 }),
  withProperties({ status: 200, headers: { "x-canary": CANARY } }),
  withProperties({ toJSON: () => CANARY }),
  { message: CANARY, code: "permission_denied" },
  Object.create(null),
  CANARY,
  42,
  null,
  undefined,
];

test("createHandler() answers 503 to whatever a store throws, and shows nothing of it (R83)", async () => {
  assert.equal(STORE_ERRORS.length, 30);
  for (const error of STORE_ERRORS) {
    const world = await openWorld();
    world.beforeStoreCall = () => {
      throw error;
    };
    for (const route of ROUTE_CASES) {
      world.errors.length = 0;
      const { response, text } = await world.ask(route);
      assert.equal(response.status, 503, `${route.path} ${String(Object(error).code)}`);
      assert.equal(JSON.parse(text).code, "unavailable");
      const seen = text + JSON.stringify([...response.headers]);
      assert.ok(!/canary|sql|at .*\.ts|stack/i.test(seen), seen);
      assert.deepEqual(world.errors, [error]);
    }
    await world.harbor.settled();
    assert.deepEqual(world.sender.sent, []);
  }
});

test("createHandler() answers 503 whichever call of the store fails, and never half-does it (R84)", async () => {
  const open = async () => {
    const deferred: unknown[] = [];
    let keep = false;
    const defer = (work: () => Promise<void>) => keep ? deferred.push(work) : setTimeout(work, 0);
    const world = await openWorld({ harbor: { defer } });
    keep = true;
    return { world, deferred };
  };
  for (const route of ROUTE_CASES) {
    const unbroken = await open();
    assert.equal((await unbroken.world.ask(route)).response.status, route.status);
    assert.ok(unbroken.world.calls.length > 0);
    for (let n = 1; n <= unbroken.world.calls.length; n++) {
      const { world, deferred } = await open();
      world.beforeStoreCall = () => {
        if (world.calls.length === n) throw new Error("connection lost");
      };
      const { response, text } = await world.ask(route);
      assert.equal(response.status, 503, `${route.path}, call ${n} (${world.calls[n - 1]})`);
      assert.equal(JSON.parse(text).code, "unavailable");
      assert.deepEqual(deferred, [], "a mail was owed");

      // Nothing was done, so the very same request still has its whole effect.
      world.beforeStoreCall = () => {};
      assert.equal((await world.ask(route)).response.status, route.status, `${route.path} after call ${n}`);
    }
  }
});

test("createHandler() serves GET /me although moving the session's expiry on fails", async () => {
  const world = await openWorld();
  world.clock.advanceSeconds(2_592_000 - 3_600);
  world.beforeStoreCall = (method) => {
    if (method === "refreshSession") throw new Error("connection lost");
  };
  assert.equal((await world.ask(routeCase("/me"))).response.status, 200);
  assert.ok(world.calls.includes("refreshSession"));
});

test("guards fail closed whichever call of the store fails (R84, V15)", async () => {
  const open = async () => {
    const world = await openWorld();
    await world.harbor.roles.create("admin");
    await world.harbor.permissions.create("reports.read");
    await world.harbor.roles.grantPermission("admin", "reports.read");
    await world.harbor.grantRole("ada", "admin");
    world.forget();
    const request = world.request(routeCase("/me"));
    const { currentUser, optionalUser, requireRole, requirePermission, requireFreshUser } = world.guards;
    const guards = [
      () => currentUser(request),
      () => optionalUser(request),
      () => requireRole(request, "admin"),
      () => requirePermission(request, "reports.read"),
      () => requireFreshUser(request),
    ];
    return { world, guards };
  };
  const { world, guards } = await open();
  for (const [index, guard] of guards.entries()) {
    world.forget();
    assert.equal((await guard())?.username, "ada");
    const calls = world.calls.length;
    for (let n = 1; n <= calls; n++) {
      for (const error of STORE_ERRORS) {
        const broken = await open();
        broken.world.beforeStoreCall = () => {
          if (broken.world.calls.length === n) throw error;
        };
        let entered = false;
        const answer = await broken.guards[index]?.().then(() => {
          entered = true;
          return new Response();
        }, errorResponse);
        assert.equal(entered, false);
        assert.equal(answer?.status, 503);
      }
    }
  }
});

test("createHandler() answers 503 when the hasher, a validator or the clock fails", async () => {
  const fail = () => {
    throw new Error("canary");
  };
  const hasher = await openWorld();
  hasher.hasher.hash = fail;
  hasher.hasher.verify = fail;
  const hashing = [
    ...["/register", "/login", "/reauthenticate", "/password-reset/confirm"],
    ...["/password/change", "/email/change", "/username/change", "/account"],
  ];
  for (const path of hashing) {
    const asked = hasher.ask(routeCase(path));
    await hasher.assertRefused(asked, { status: 503, code: "unavailable", why: path });
  }

  for (const option of ["usernameValidator", "passwordValidator"] as const) {
    let broken = false;
    const validator = () => broken ? fail() : true;
    const world = await openWorld({ harbor: { [option]: validator } });
    broken = true;
    await world.assertRefused(world.ask(routeCase("/register")), { status: 503, code: "unavailable" });
    assert.equal(world.errors.length, 1);
  }

  let stopped = false;
  const timeless = await openWorld({ harbor: { clock: () => stopped ? fail() : new Date() } });
  stopped = true;
  await timeless.assertRefused(timeless.ask(routeCase("/me")), { status: 503, code: "unavailable" });
});

test("createHandler() passes on an overloaded hasher with the time to wait", async () => {
  const world = await openWorld();
  world.hasher.verify = () =>
    Promise.reject(new UserHarborError("overloaded", "Cannot hash: queue full", { retryAfterSeconds: 3 }));
  const asked = world.ask(routeCase("/login"));
  await world.assertRefused(asked, { status: 503, code: "overloaded" });
  assert.equal((await asked).response.headers.get("retry-after"), "3");
  assert.deepEqual(world.errors, []);
});

test("createHandler() answers 500 when the application's own functions fail, whatever they throw", async () => {
  const secret = new Error("canary");
  const failures: readonly (() => unknown)[] = [
    () => {
      throw secret;
    },
    () => {
      throw new UserHarborError("permission_denied", "Cannot proceed: canary");
    },
    () => Promise.reject(secret),
    () => undefined,
    () => 1n,
    () => {
      const circle: unknown[] = [];
      circle.push(circle);
      return circle;
    },
    () => ({
      toJSON() {
        throw secret;
      },
    }),
  ];
  for (const serializeUser of failures) {
    const world = await openWorld({ handler: { serializeUser } });
    await world.assertRefused(world.ask(routeCase("/me")), { status: 500, code: "internal_error" });
    assert.equal(world.errors.length, 1);
  }
  const world = await openWorld({
    handler: {
      context: () => {
        throw secret;
      },
    },
  });
  for (const route of ROUTE_CASES) {
    await world.assertRefused(world.ask(route), { status: 500, code: "internal_error" });
  }
  assert.equal(world.errors.length, ROUTE_CASES.length);
});

test("createHandler() answers although onError fails, too", async () => {
  const world = await openWorld({
    handler: {
      onError: () => {
        throw new Error("the disk is full");
      },
    },
  });
  world.beforeStoreCall = () => {
    throw new Error("connection lost");
  };
  assert.equal((await world.ask(routeCase("/login"))).response.status, 503);
});
