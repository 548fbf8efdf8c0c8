import assert from "node:assert/strict";
import type { EdgeWorker, Mail } from "./_edge_worker.ts";

const FIRST = "seven quiet otters at dawn";
const SECOND = "eight loud herons by noon";
const THIRD = "nine slow badgers at dusk";

const ADA = { username: "ada", email: "ada@example.org" };

interface Call {
  readonly method?: string;
  readonly path: string;
  readonly fields?: unknown;
  readonly sessionToken?: string;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Goes through the life of an account, from its registration to its deletion, as a client of the worker. */
export async function liveOnTheEdge(worker: EdgeWorker): Promise<void> {
  const call = caller(worker.origin);
  await register(worker, call);
  const sessionToken = await changePassword(call, await logIn(call, FIRST));
  await resetPassword(worker, call);
  await assertRefused(call, { method: "GET", path: "/me", sessionToken }, 401);
  await endAccount(call);
}

/** The mail that is still being sent holds up no answer. */
async function register(worker: EdgeWorker, call: (request: Call) => Promise<Answer>): Promise<void> {
  const answerMail = worker.stallMail();
  const registered = await call({ path: "/register", fields: { ...ADA, password: FIRST } });
  assert.equal(registered.status, 201, JSON.stringify(registered.body));
  const taken = { ...ADA, email: "grace@example.org", password: FIRST };
  await assertRefused(call, { path: "/register", fields: taken }, 409);
  await assertRefused(call, { path: "/login", fields: { username: "ada", password: FIRST } }, 403);
  answerMail();
  const token = tokenIn(await worker.nextMail());
  assert.equal((await call({ path: "/verify-email", fields: { token } })).status, 200);
  await assertRefused(call, { path: "/verify-email", fields: { token } }, 400);
  await worker.nextMail(); // that the address is verified
}

async function logIn(call: (request: Call) => Promise<Answer>, password: string): Promise<string> {
  await assertRefused(call, { path: "/login", fields: { username: "ada", password: "not this one" } }, 401);
  const { status, body } = await call({ path: "/login", fields: { username: "ada", password } });
  assert.equal(status, 200, JSON.stringify(body));
  const sessionToken = String(body["access_token"]);
  const me = await call({ method: "GET", path: "/me", sessionToken });
  assert.deepEqual(me, { status: 200, body: { ...ADA, verified: true } });
  return sessionToken;
}

async function changePassword(call: (request: Call) => Promise<Answer>, earlier: string): Promise<string> {
  const fields = { old_password: FIRST, new_password: SECOND };
  const { status, body } = await call({ path: "/password/change", fields, sessionToken: earlier });
  assert.equal(status, 200, JSON.stringify(body));
  await assertRefused(call, { method: "GET", path: "/me", sessionToken: earlier }, 401);
  return String(body["access_token"]);
}

async function resetPassword(worker: EdgeWorker, call: (request: Call) => Promise<Answer>): Promise<void> {
  await worker.nextMail(); // that the password was changed
  assert.equal((await call({ path: "/password-reset/request", fields: { email: ADA.email } })).status, 200);
  const fields = { token: tokenIn(await worker.nextMail()), new_password: THIRD };
  assert.equal((await call({ path: "/password-reset/confirm", fields })).status, 200);
  await assertRefused(call, { path: "/password-reset/confirm", fields }, 400);
}

async function endAccount(call: (request: Call) => Promise<Answer>): Promise<void> {
  const left = await logIn(call, THIRD);
  assert.equal((await call({ path: "/logout", sessionToken: left })).status, 200);
  await assertRefused(call, { method: "GET", path: "/me", sessionToken: left }, 401);
  const sessionToken = await logIn(call, THIRD);
  const deletion = { method: "DELETE", path: "/account", fields: { password: THIRD }, sessionToken };
  assert.equal((await call(deletion)).status, 200);
  await assertRefused(call, { path: "/login", fields: { username: "ada", password: THIRD } }, 401);
}

async function assertRefused(
  call: (request: Call) => Promise<Answer>,
  request: Call,
  status: number,
): Promise<void> {
  const answer = await call(request);
  assert.equal(answer.status, status, `${request.path}: ${JSON.stringify(answer.body)}`);
}

function caller(origin: string): (request: Call) => Promise<Answer> {
  return async ({ method = "POST", path, fields, sessionToken }) => {
    const response = await fetch(`${origin}/auth${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(sessionToken === undefined ? {} : { authorization: `Bearer ${sessionToken}` }),
      },
      ...(fields === undefined ? {} : { body: JSON.stringify(fields) }),
    });
    return { status: response.status, body: await response.json() };
  };
}

function tokenIn({ to, text }: Mail): string {
  assert.equal(to, ADA.email);
  const [, token] = /\?token=([\w-]{43})\b/.exec(text) ?? [];
  assert.ok(token !== undefined, text);
  return token;
}
