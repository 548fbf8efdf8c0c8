import assert from "node:assert/strict";
import { test } from "node:test";
import { PostmarkEmailSender } from "@userharbor/postmark";
import type { Judgement, PlayedRequest } from "./_played_provider.ts";
import { type Schema, schemaViolations } from "./_schema.ts";
import { type SenderUnderTest, SenderWorld, testSender } from "./_test_sender.ts";

const SERVER_TOKEN = "5d8e2f3a-71c4-4b0e-9a66-c2f19d40e7b8";

const STRING: Schema = { type: "string" };

/**
 * The body of `POST /email`, without what a mail of ours has no use for.
 *
 * @see {@link https://postmarkapp.com/developer/api/email-api#send-a-single-email | Postmark: Send a single email}
 * @see {@link https://github.com/ActiveCampaign/postmark.js/blob/d9a7aa23449f15b03505df13d6126f2cbf804d8e/src/client/models/message/Message.ts | postmark.js: Message}
 */
const MESSAGE: Schema = {
  type: "object",
  required: ["From", "To"],
  properties: {
    From: STRING,
    To: STRING,
    ReplyTo: STRING,
    Subject: STRING,
    TextBody: STRING,
    HtmlBody: STRING,
    MessageStream: STRING,
    TrackOpens: { type: "boolean" },
    TrackLinks: { type: "string", enum: ["None", "HtmlAndText", "HtmlOnly", "TextOnly"] },
    Headers: {
      type: "array",
      items: { type: "object", required: ["Name", "Value"], properties: { Name: STRING, Value: STRING } },
    },
  },
};

/** @see {@link https://postmarkapp.com/developer/api/overview#error-codes | Postmark: API error codes} */
function refusal(status: number, ErrorCode: number, Message = "") {
  return { status, body: { ErrorCode, Message } };
}

function judge({ method, path, headers, body }: PlayedRequest): Judgement {
  const mail = JSON.parse(new TextDecoder().decode(body));
  const violations = [
    ...(method === "POST" && path === "/email" ? [] : [`${method} ${path}`]),
    ...(headers["content-type"] === "application/json" ? [] : ["content-type"]),
    ...(headers["accept"] === "application/json" ? [] : ["accept"]),
    ...schemaViolations(mail, MESSAGE),
  ];
  if (headers["x-postmark-server-token"] !== SERVER_TOKEN) return { answer: refusal(401, 10), violations };
  const SubmittedAt = "2026-01-01T00:00:00.0000000-05:00";
  const MessageID = "0a129aee-e1cd-480d-b08d-4f48548ff48d";
  return {
    answer: { status: 200, body: { To: mail.To, SubmittedAt, MessageID, ErrorCode: 0, Message: "OK" } },
    violations,
    mail: { to: mail.To, text: [mail.Subject, mail.TextBody, mail.HtmlBody].join("\n") },
  };
}

const POSTMARK: SenderUnderTest = {
  name: "PostmarkEmailSender",
  provider: "Postmark",
  service: { origin: "https://api.postmarkapp.com", judge },
  create: (options) => new PostmarkEmailSender({ serverToken: SERVER_TOKEN, ...options }),
  secrets: [SERVER_TOKEN],
  refusals: [
    { answer: refusal(401, 10, `Bad or missing token ${SERVER_TOKEN}`), reason: "10" },
    { answer: refusal(422, 300, "Invalid email request"), reason: "300" },
    { answer: refusal(422, 400, "Sender signature not found"), reason: "400" },
    { answer: refusal(422, 406, "You tried to send to ada@example.org, which is inactive"), reason: "406" },
  ],
  busy: [
    { answer: refusal(429, 429, "Too many requests"), reason: "429" },
    { answer: refusal(503, 100, "Maintenance"), reason: "100" },
    { answer: { status: 500 } },
  ],
  construct: (options) =>
    Reflect.construct(PostmarkEmailSender, [
      typeof options === "object" ? { serverToken: SERVER_TOKEN, ...options } : options,
    ]),
  wrongOptions: [
    [TypeError, { serverToken: undefined }],
    [RangeError, { serverToken: `${SERVER_TOKEN}\n` }],
    [TypeError, { messageStream: 1 }],
    [RangeError, { messageStream: "" }],
  ],
};

testSender(POSTMARK);

test("PostmarkEmailSender has nothing tracked, and uses the stream it is given", async () => {
  const create: SenderUnderTest["create"] = (options) =>
    new PostmarkEmailSender({ serverToken: SERVER_TOKEN, messageStream: "accounts", ...options });
  await using world = await SenderWorld.open({ ...POSTMARK, create });
  assert.equal(await world.outcome(), "sent");
  const mail = JSON.parse(new TextDecoder().decode(world.service.requests[0]?.body));
  assert.deepEqual([mail.TrackOpens, mail.TrackLinks, mail.MessageStream], [false, "None", "accounts"]);
  assert.deepEqual(mail.Headers, [
    { Name: "Auto-Submitted", Value: "auto-generated" },
    { Name: "X-Auto-Response-Suppress", Value: "All" },
  ]);
});
