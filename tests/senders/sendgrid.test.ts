import assert from "node:assert/strict";
import { test } from "node:test";
import { SendGridEmailSender } from "@userharbor/sendgrid";
import type { Judgement, PlayedRequest } from "./_played_provider.ts";
import { type Schema, schemaViolations } from "./_schema.ts";
import { type SenderUnderTest, SenderWorld, testSender } from "./_test_sender.ts";

const API_KEY = "SG.kV3xT9-bQm2Lr7.Zw8Yc4Nf6Hs1Jd5Pb0Ua";

const STRING: Schema = { type: "string" };
const SETTING: Schema = { type: "boolean" };

const PERSON: Schema = {
  type: "object",
  required: ["email"],
  properties: { email: { type: "string", pattern: "^[^@\\s]+@[^@\\s]+$" }, name: STRING },
};

/**
 * `PostMailSend`, without what a mail of ours has no use for.
 *
 * @see {@link https://github.com/twilio/sendgrid-oai/blob/2a6ae1824abb462e3903687a9188df2270475ffa/spec/json/tsg_mail_v3.json | sendgrid-oai: tsg_mail_v3}
 */
const MAIL_SEND: Schema = {
  type: "object",
  required: ["personalizations", "from"],
  properties: {
    personalizations: {
      type: "array",
      minItems: 1,
      maxItems: 1_000,
      items: {
        type: "object",
        required: ["to"],
        properties: { to: { type: "array", minItems: 1, maxItems: 1_000, items: PERSON } },
      },
    },
    from: PERSON,
    reply_to: PERSON,
    subject: { type: "string", minLength: 1 },
    content: {
      type: "array",
      items: {
        type: "object",
        required: ["type", "value"],
        properties: { type: { type: "string", minLength: 1 }, value: { type: "string", minLength: 1 } },
      },
    },
    headers: { type: "object", additionalProperties: STRING },
    tracking_settings: {
      type: "object",
      properties: {
        click_tracking: { type: "object", properties: { enable: SETTING, enable_text: SETTING } },
        open_tracking: { type: "object", properties: { enable: SETTING } },
        subscription_tracking: { type: "object", properties: { enable: SETTING } },
        ganalytics: { type: "object", properties: { enable: SETTING } },
      },
    },
  },
};

/** The same source: these must not be among `headers`. */
const RESERVED =
  /^(?:x-sg-id|x-sg-eid|received|dkim-signature|content-type|content-transfer-encoding|to|from|subject|reply-to|cc|bcc)$/i;

/** `ErrorResponse` of the same source. */
function refusal(status: number, field: string | null, message: string) {
  return { status, body: { errors: [{ message, field }] } };
}

function judge({ method, path, headers, body }: PlayedRequest): Judgement {
  const mail = JSON.parse(new TextDecoder().decode(body));
  const types = mail.content?.map(({ type }: { readonly type: string }) => type);
  const violations = [
    ...(method === "POST" && path === "/v3/mail/send" ? [] : [`${method} ${path}`]),
    ...(headers["content-type"] === "application/json" ? [] : ["content-type"]),
    ...schemaViolations(mail, MAIL_SEND),
    // https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors: text/plain, then text/html.
    ...(JSON.stringify(types) === '["text/plain","text/html"]' ? [] : ["the order of content"]),
    ...Object.keys(mail.headers ?? {}).filter((name) => RESERVED.test(name)),
  ];
  if (headers["authorization"] !== `Bearer ${API_KEY}`) {
    return { answer: refusal(401, null, "authorization required"), violations };
  }
  const to = mail.personalizations[0].to[0].email;
  const parts = mail.content.map(({ value }: { readonly value: string }) => value);
  return { answer: { status: 202 }, violations, mail: { to, text: [mail.subject, ...parts].join("\n") } };
}

const SENDGRID: SenderUnderTest = {
  name: "SendGridEmailSender",
  provider: "SendGrid",
  service: { origin: "https://api.sendgrid.com", judge },
  create: (options) => new SendGridEmailSender({ apiKey: API_KEY, ...options }),
  secrets: [API_KEY],
  refusals: [
    {
      answer: refusal(400, "personalizations.0.to.0.email", "Does not contain a valid address."),
      reason: "personalizations.0.to.0.email",
    },
    { answer: refusal(400, "null", "invalid request") },
    { answer: refusal(401, null, `The provided authorization grant ${API_KEY} is invalid`) },
    {
      answer: refusal(403, "from", "The from address does not match a verified Sender Identity."),
      reason: "from",
    },
    { answer: refusal(413, null, "content too large") },
  ],
  busy: [
    { answer: refusal(429, null, "too many requests") },
    { answer: refusal(500, null, "internal server error") },
  ],
  construct: (options) =>
    Reflect.construct(SendGridEmailSender, [
      typeof options === "object" ? { apiKey: API_KEY, ...options } : options,
    ]),
  wrongOptions: [
    [TypeError, { apiKey: undefined }],
    [RangeError, { apiKey: `${API_KEY} ` }],
    [RangeError, { region: "us" }],
  ],
};

testSender(SENDGRID);

test("SendGridEmailSender has every kind of tracking switched off", async () => {
  await using world = await SenderWorld.open(SENDGRID);
  assert.equal(await world.outcome(), "sent");
  const mail = JSON.parse(new TextDecoder().decode(world.service.requests[0]?.body));
  assert.deepEqual(mail.tracking_settings, {
    click_tracking: { enable: false, enable_text: false },
    open_tracking: { enable: false },
    subscription_tracking: { enable: false },
    ganalytics: { enable: false },
  });
  assert.deepEqual(mail.from, { email: "accounts@lighthouse.example", name: "Lighthouse" });
  assert.equal(mail.headers["Auto-Submitted"], "auto-generated");
});

test("SendGridEmailSender waits for X-RateLimit-Reset", async () => {
  await using world = await SenderWorld.open(SENDGRID);
  const reset = String(world.clock.now().getTime() / 1_000 + 9);
  world.service.mishaps.push({ status: 429, headers: { "x-ratelimit-reset": reset } });
  assert.equal(await world.outcome(), "sent");
  assert.deepEqual(world.pauses, [9]);
  world.service.mishaps.push({ status: 500, headers: { "x-ratelimit-reset": String(Number(reset) + 5) } });
  assert.equal(await world.outcome(), "sent");
  assert.ok((world.pauses[1] ?? 9) <= 0.5, "a limit that was not reached was waited for");
});

test("SendGridEmailSender asks in the EU what is to stay there", async () => {
  const create: SenderUnderTest["create"] = (options) =>
    new SendGridEmailSender({ apiKey: API_KEY, region: "eu", ...options });
  const service = { origin: "https://api.eu.sendgrid.com", judge };
  await using world = await SenderWorld.open({ ...SENDGRID, create, service });
  assert.equal(await world.outcome(), "sent");
});
