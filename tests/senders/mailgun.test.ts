import assert from "node:assert/strict";
import { test } from "node:test";
import { MailgunEmailSender } from "@userharbor/mailgun";
import type { Judgement, PlayedRequest } from "./_played_provider.ts";
import { type Schema, schemaViolations } from "./_schema.ts";
import { type SenderUnderTest, SenderWorld, testSender } from "./_test_sender.ts";

const API_KEY = "3f8a1c5e9b7d2460fe13ac97b5d8e042-1b5736a5-9c04d2f1";
const DOMAIN = "mg.lighthouse.example";

const STRING: Schema = { type: "string" };
const SWITCH: Schema = { type: "string", enum: ["yes", "no", "true", "false"] };

/**
 * The fields of `POST /v3/{domain_name}/messages`, without what a mail of ours has no use for. `h:` before a name
 * appends a header of that name.
 *
 * @see {@link https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages/post-v3--domain-name--messages | Mailgun: Send an email}
 */
const FIELDS: Schema = {
  type: "object",
  required: ["from", "to", "subject"],
  properties: {
    from: STRING,
    to: STRING,
    subject: STRING,
    text: STRING,
    html: STRING,
    "o:tracking": SWITCH,
    "o:tracking-clicks": { type: "string", enum: ["yes", "no", "true", "false", "htmlonly"] },
    "o:tracking-opens": SWITCH,
    "h:Reply-To": STRING,
    "h:Auto-Submitted": STRING,
    "h:X-Auto-Response-Suppress": STRING,
  },
};

function refusal(status: number, message: string) {
  return { status, body: { message } };
}

async function fieldsOf({ headers, body }: PlayedRequest): Promise<Record<string, string>> {
  const type = headers["content-type"] ?? "";
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  assert.equal(new Set(form.keys()).size, [...form.keys()].length, "a field is there twice");
  return Object.fromEntries([...form].map(([name, value]) => [name, String(value)]));
}

async function judge(request: PlayedRequest): Promise<Judgement> {
  const { method, path, headers } = request;
  const fields = await fieldsOf(request);
  const violations = [
    ...(method === "POST" && path === `/v3/${DOMAIN}/messages` ? [] : [`${method} ${path}`]),
    ...(/^multipart\/form-data; ?boundary=/.test(headers["content-type"] ?? "") ? [] : ["content-type"]),
    ...schemaViolations(fields, FIELDS),
  ];
  if (headers["authorization"] !== `Basic ${btoa(`api:${API_KEY}`)}`) {
    return { answer: refusal(401, "Forbidden"), violations };
  }
  const { to = "", subject, text, html } = fields;
  return {
    answer: { status: 200, body: { id: `<20260101000000.1@${DOMAIN}>`, message: "Queued. Thank you." } },
    violations,
    // A form carries line breaks as CR LF.
    mail: { to, text: [subject, text, html].join("\n").replaceAll("\r\n", "\n") },
  };
}

const MAILGUN: SenderUnderTest = {
  name: "MailgunEmailSender",
  provider: "Mailgun",
  service: { origin: "https://api.mailgun.net", judge },
  create: (options) => new MailgunEmailSender({ apiKey: API_KEY, domain: DOMAIN, ...options }),
  secrets: [API_KEY, btoa(`api:${API_KEY}`)],
  refusals: [
    { answer: refusal(400, "'to' parameter is not a valid address. please check documentation") },
    { answer: { status: 401, body: "Forbidden" } },
    {
      answer: refusal(
        403,
        `Domain ${DOMAIN} is not allowed to send: Free accounts are for test purposes only.`,
      ),
    },
    { answer: refusal(404, "Domain not found: mg.lighthouse.example") },
  ],
  busy: [
    { answer: refusal(429, "Too many requests") },
    { answer: refusal(500, "Internal Server Error") },
  ],
  construct: (options) =>
    Reflect.construct(MailgunEmailSender, [
      typeof options === "object" ? { apiKey: API_KEY, domain: DOMAIN, ...options } : options,
    ]),
  wrongOptions: [
    [TypeError, { apiKey: undefined }],
    [RangeError, { apiKey: `${API_KEY}\r\n` }],
    [TypeError, { domain: undefined }],
    [RangeError, { domain: "mg" }],
    [RangeError, { domain: "../domains" }],
    [RangeError, { domain: "https://mg.lighthouse.example" }],
    [RangeError, { region: "global" }],
  ],
};

testSender(MAILGUN);

test("MailgunEmailSender has nothing tracked, and says that nobody wrote the mail", async () => {
  await using world = await SenderWorld.open(MAILGUN, { replyTo: "help@lighthouse.example" });
  assert.equal(await world.outcome(), "sent");
  const [request] = world.service.requests;
  assert.ok(request !== undefined);
  const { from, to, subject: _subject, text: _text, html: _html, ...options } = await fieldsOf(request);
  assert.deepEqual([from, to], ["Lighthouse <accounts@lighthouse.example>", "ada@example.org"]);
  assert.deepEqual(options, {
    "o:tracking": "no",
    "o:tracking-clicks": "no",
    "o:tracking-opens": "no",
    "h:Reply-To": "help@lighthouse.example",
    "h:Auto-Submitted": "auto-generated",
    "h:X-Auto-Response-Suppress": "All",
  });
});

test("MailgunEmailSender asks in the EU for a domain that is there", async () => {
  const create: SenderUnderTest["create"] = (options) =>
    new MailgunEmailSender({ apiKey: API_KEY, domain: DOMAIN, region: "eu", ...options });
  const service = { origin: "https://api.eu.mailgun.net", judge };
  await using world = await SenderWorld.open({ ...MAILGUN, create, service });
  assert.equal(await world.outcome(), "sent");
});
