import assert from "node:assert/strict";
import { test } from "node:test";
import { ResendEmailSender } from "@userharbor/resend";
import type { Judgement, PlayedRequest } from "./_played_provider.ts";
import { type Schema, schemaViolations } from "./_schema.ts";
import { type SenderUnderTest, SenderWorld, testSender } from "./_test_sender.ts";

const API_KEY = "re_9fKx7mQ2_bVtZ4yWc8LpR";

const STRING: Schema = { type: "string" };
const STRINGS: Schema = { oneOf: [STRING, { type: "array", items: STRING }] };

/**
 * `SendEmailRequest`, without what a mail of ours has no use for.
 *
 * @see {@link https://github.com/resend/resend-openapi/blob/00e47ec465efb83b4c7e8c7aaf7c2e4cce3e3c3d/resend.yaml | resend-openapi 1.5.0}
 */
const SEND_EMAIL_REQUEST: Schema = {
  type: "object",
  required: ["from", "to", "subject"],
  properties: {
    from: STRING,
    to: { oneOf: [STRING, { type: "array", items: STRING, minItems: 1, maxItems: 50 }] },
    subject: STRING,
    reply_to: STRINGS,
    html: STRING,
    text: STRING,
    headers: { type: "object", additionalProperties: STRING },
  },
};

/** @see {@link https://resend.com/docs/api-reference/errors | Resend: Errors} */
function refusal(statusCode: number, name: string, message = "") {
  return { status: statusCode, body: { statusCode, name, message } };
}

/** What the service took within the last 24 hours, by idempotency key. */
function resend(): (request: PlayedRequest) => Judgement {
  const taken = new Map<string, string>();
  return ({ method, path, headers, body }) => {
    const text = new TextDecoder().decode(body);
    const key = headers["idempotency-key"] ?? "";
    const mail = JSON.parse(text);
    const violations = [
      ...(method === "POST" && path === "/emails" ? [] : [`${method} ${path}`]),
      ...(headers["content-type"] === "application/json" ? [] : ["content-type"]),
      ...(key.length >= 1 && key.length <= 256 ? [] : ["idempotency-key"]),
      ...schemaViolations(mail, SEND_EMAIL_REQUEST),
    ];
    // https://resend.com/docs/api-reference/introduction#user-agent
    if (!headers["user-agent"]) return { answer: refusal(403, "1010"), violations };
    if (headers["authorization"] !== `Bearer ${API_KEY}`) {
      return { answer: refusal(403, "invalid_api_key"), violations };
    }
    const answer = { status: 200, body: { id: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794" } };
    // https://resend.com/docs/dashboard/emails/idempotency-keys
    const before = taken.get(key);
    if (before === text) return { answer, violations };
    if (before !== undefined) return { answer: refusal(409, "invalid_idempotent_request"), violations };
    taken.set(key, text);
    const [to = ""] = mail.to;
    return { answer, violations, mail: { to, text: [mail.subject, mail.text, mail.html].join("\n") } };
  };
}

const RESEND: SenderUnderTest = {
  name: "ResendEmailSender",
  provider: "Resend",
  service: { origin: "https://api.resend.com", judge: resend() },
  create: (options) => new ResendEmailSender({ apiKey: API_KEY, ...options }),
  secrets: [API_KEY],
  idempotencyHeader: "idempotency-key",
  refusals: [
    { answer: refusal(400, "validation_error"), reason: "validation_error" },
    { answer: refusal(401, "missing_api_key"), reason: "missing_api_key" },
    { answer: refusal(401, "restricted_api_key"), reason: "restricted_api_key" },
    { answer: refusal(403, "invalid_api_key", `The key ${API_KEY} is invalid`), reason: "invalid_api_key" },
    { answer: refusal(409, "invalid_idempotent_request"), reason: "invalid_idempotent_request" },
    { answer: refusal(422, "invalid_from_address"), reason: "invalid_from_address" },
  ],
  busy: [
    { answer: refusal(409, "concurrent_idempotent_requests"), reason: "concurrent_idempotent_requests" },
    { answer: refusal(429, "rate_limit_exceeded"), reason: "rate_limit_exceeded" },
    { answer: refusal(500, "application_error"), reason: "application_error" },
  ],
  construct: (options) =>
    Reflect.construct(ResendEmailSender, [
      typeof options === "object" ? { apiKey: API_KEY, ...options } : options,
    ]),
  wrongOptions: [
    [TypeError, { apiKey: undefined }],
    [RangeError, { apiKey: "" }],
    [RangeError, { apiKey: `${API_KEY}\n` }],
  ],
};

testSender(RESEND);

test("ResendEmailSender asks exactly what the documentation shows", async () => {
  await using world = await SenderWorld.open(RESEND, {
    from: "Lighthouse, Inc. <accounts@lighthouse.example>",
    replyTo: "help@lighthouse.example",
    messages: {
      verification: () => Promise.reject(new Error()),
      passwordChanged: () =>
        Promise.resolve({ subject: "Hello", text: "it works!", html: "<p>it works!</p>" }),
    },
  });
  assert.equal(await world.outcome(), "sent");
  const [request] = world.service.requests;
  assert.equal(request?.headers["authorization"], `Bearer ${API_KEY}`);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(request?.body)), {
    from: '"Lighthouse, Inc." <accounts@lighthouse.example>',
    to: ["ada@example.org"],
    subject: "Hello",
    text: "it works!",
    html: "<p>it works!</p>",
    reply_to: "help@lighthouse.example",
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
  });
});
