import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { type SesCredentials, SesEmailSender } from "@userharbor/ses";
import { signRequest } from "../../adapters/ses/_sign_request.ts";
import type { Judgement, PlayedRequest } from "./_played_provider.ts";
import { type Schema, schemaViolations } from "./_schema.ts";
import { type SenderUnderTest, SenderWorld, testSender } from "./_test_sender.ts";

const CREDENTIALS = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const REGION = "eu-central-1";
const HOST = `email.${REGION}.amazonaws.com`;
const PATH = "/v2/email/outbound-emails";

const STRING: Schema = { type: "string" };
const CONTENT: Schema = { type: "object", required: ["Data"], properties: { Data: STRING, Charset: STRING } };

/**
 * `SendEmailRequest`, without what a mail of ours has no use for.
 *
 * @see {@link https://github.com/boto/botocore/blob/cd9207757d459bba9c524475b601e59f55760a3a/botocore/data/sesv2/2019-09-27/service-2.json | botocore: sesv2 2019-09-27}
 * @see {@link https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html | Amazon SES: SendEmail}
 */
const SEND_EMAIL_REQUEST: Schema = {
  type: "object",
  required: ["Content"],
  properties: {
    FromEmailAddress: { type: "string", pattern: "^[ -~]+$" },
    Destination: {
      type: "object",
      properties: { ToAddresses: { type: "array", items: { type: "string", pattern: "^.+@[ -~]+$" } } },
    },
    ReplyToAddresses: { type: "array", items: STRING },
    ConfigurationSetName: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
    Content: {
      type: "object",
      properties: {
        Simple: {
          type: "object",
          required: ["Subject", "Body"],
          properties: {
            Subject: CONTENT,
            Body: { type: "object", properties: { Text: CONTENT, Html: CONTENT } },
            Headers: {
              type: "array",
              maxItems: 15,
              items: {
                type: "object",
                required: ["Name", "Value"],
                properties: {
                  Name: { type: "string", minLength: 1, maxLength: 126, pattern: "^[!-9;-@A-~]+$" },
                  Value: { type: "string", minLength: 1, maxLength: 995, pattern: "^[ -~]*$" },
                },
              },
            },
          },
        },
      },
    },
  },
};

/** Errors are told in a header, as `rest-json` has it. */
function refusal(status: number, type: string, message = "") {
  return {
    status,
    headers: { "x-amzn-errortype": `${type}:http://internal.amazon.com/coral/com.amazonaws.sesv2/` },
    body: { message },
  };
}

/** Signature Version 4 once more, on the other cryptography there is, from the documentation alone. */
function expectedSignature({ headers, body }: PlayedRequest, names: string, scope: string): string {
  const hash = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
  const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
  const lines = names.split(";").map((name) => `${name}:${name === "host" ? HOST : headers[name]}\n`).join(
    "",
  );
  const canonical = `POST\n${PATH}\n\n${lines}\n${names}\n${hash(body)}`;
  const text = `AWS4-HMAC-SHA256\n${headers["x-amz-date"]}\n${scope}\n${hash(canonical)}`;
  const start: string | Buffer = `AWS4${CREDENTIALS.secretAccessKey}`;
  const key = scope.split("/").reduce<string | Buffer>(hmac, start);
  return createHmac("sha256", key).update(text).digest("hex");
}

function isSigned(request: PlayedRequest): boolean {
  const { headers } = request;
  const [, scope = "", names = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/(\S+), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/
      .exec(
        headers["authorization"] ?? "",
      ) ?? [];
  const day = headers["x-amz-date"]?.slice(0, 8);
  const needed = ["content-type", "host", "x-amz-date"].every((name) => names.split(";").includes(name));
  return needed && scope === `${day}/${REGION}/ses/aws4_request` &&
    signature === expectedSignature(request, names, scope);
}

function judge(request: PlayedRequest): Judgement {
  const { method, path, headers, body } = request;
  const mail = JSON.parse(new TextDecoder().decode(body));
  const violations = [
    ...(method === "POST" && path === PATH ? [] : [`${method} ${path}`]),
    ...(headers["content-type"] === "application/json" ? [] : ["content-type"]),
    ...schemaViolations(mail, SEND_EMAIL_REQUEST),
  ];
  if (!isSigned(request)) return { answer: refusal(403, "InvalidSignatureException"), violations };
  const { Subject, Body } = mail.Content.Simple;
  return {
    answer: { status: 200, body: { MessageId: "0107018e-example" } },
    violations,
    mail: {
      to: mail.Destination.ToAddresses[0],
      text: [Subject.Data, Body.Text.Data, Body.Html.Data].join("\n"),
    },
  };
}

const OWN = { credentials: CREDENTIALS, region: REGION };

const SES: SenderUnderTest = {
  name: "SesEmailSender",
  provider: "Amazon SES",
  service: { origin: `https://${HOST}`, judge },
  create: (options) => new SesEmailSender({ ...OWN, ...options }),
  secrets: [CREDENTIALS.secretAccessKey],
  refusals: [
    { answer: refusal(400, "MessageRejected", "Email address is not verified."), reason: "MessageRejected" },
    {
      answer: refusal(400, "MailFromDomainNotVerifiedException"),
      reason: "MailFromDomainNotVerifiedException",
    },
    { answer: refusal(400, "AccountSuspendedException"), reason: "AccountSuspendedException" },
    { answer: refusal(403, "InvalidSignatureException"), reason: "InvalidSignatureException" },
    { answer: refusal(403, "AccessDeniedException"), reason: "AccessDeniedException" },
    { answer: refusal(404, "NotFoundException"), reason: "NotFoundException" },
  ],
  busy: [
    { answer: refusal(429, "TooManyRequestsException"), reason: "TooManyRequestsException" },
    { answer: refusal(500, "InternalFailure"), reason: "InternalFailure" },
  ],
  construct: (options) =>
    Reflect.construct(SesEmailSender, [typeof options === "object" ? { ...OWN, ...options } : options]),
  wrongOptions: [
    [TypeError, { credentials: undefined }],
    [TypeError, { credentials: { accessKeyId: "AKIDEXAMPLE" } }],
    [RangeError, { credentials: { ...CREDENTIALS, secretAccessKey: `${CREDENTIALS.secretAccessKey}\n` } }],
    [RangeError, { credentials: { ...CREDENTIALS, sessionToken: "" } }],
    [TypeError, { region: undefined }],
    [RangeError, { region: "evil.example/" }],
    [RangeError, { region: "Frankfurt" }],
    [RangeError, { configurationSetName: "" }],
  ],
};

testSender(SES);

async function bodyOf(world: SenderWorld) {
  assert.equal(await world.outcome(), "sent");
  assert.deepEqual(world.service.violations, []);
  return JSON.parse(new TextDecoder().decode(world.service.requests.at(-1)?.body));
}

test("signRequest() signs as botocore does", async () => {
  // Made with botocore 1.43.11: SigV4Auth(Credentials(…), "ses", "eu-central-1"), at 2026-01-02T03:04:05Z.
  const unsigned = {
    url: `https://${HOST}${PATH}`,
    headers: { "content-type": "application/json" },
    body: '{"a":"\u00FC  b"}',
  };
  const signer = { ...CREDENTIALS, region: REGION, service: "ses", at: new Date("2026-01-02T03:04:05.678Z") };
  const scope = "AKIDEXAMPLE/20260102/eu-central-1/ses/aws4_request";
  assert.deepEqual(await signRequest(unsigned, signer), {
    "content-type": "application/json",
    "x-amz-date": "20260102T030405Z",
    authorization:
      `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=content-type;host;x-amz-date, Signature=251662eefebabb9342601e55c96f729f565a159d3dc0b44d299897ebb76aaa85`,
  });
  const { authorization } = await signRequest(unsigned, { ...signer, sessionToken: "session/token+1==" });
  assert.equal(
    authorization,
    `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=d73633938e5ab0fa8337fb5c349aaa5c34693548d14fc4fec2405279d162089b`,
  );
});

test("SesEmailSender signs every try anew, for its instant and with the key of that instant", async () => {
  const lent: SesCredentials[] = [];
  const credentials = () => {
    const next = { ...CREDENTIALS, sessionToken: `token-${lent.length}` };
    lent.push(next);
    return Promise.resolve(next);
  };
  await using world = await SenderWorld.open(SES, { credentials });
  world.service.mishaps.push({ status: 500, headers: { "retry-after": "5" } });
  assert.equal(await world.outcome(), "sent");
  const sent = world.service.requests.map((
    { headers },
  ) => [headers["x-amz-date"], headers["x-amz-security-token"]]);
  assert.deepEqual(sent, [["20260101T000000Z", "token-0"], ["20260101T000005Z", "token-1"]]);
});

test("SesEmailSender tries again when no key can be had, and asks nothing without one", async () => {
  const failing = () => Promise.reject(new Error(`no role for ${CREDENTIALS.secretAccessKey}`));
  await using world = await SenderWorld.open(SES, { credentials: failing });
  const error = await world.outcome();
  assert.ok(error !== "sent");
  assert.deepEqual([error.reason, error.retryable, error.attempts], ["no_request", true, 3]);
  assert.ok(!JSON.stringify(error).includes(CREDENTIALS.secretAccessKey) && error.cause === undefined);
  assert.deepEqual(world.service.requests, []);
});

test("SesEmailSender lets no link be tracked, and names the configuration set", async () => {
  await using world = await SenderWorld.open(SES, { configurationSetName: "accounts" });
  const { ConfigurationSetName, Content } = await bodyOf(world);
  assert.equal(ConfigurationSetName, "accounts");
  const html: string = Content.Simple.Body.Html.Data;
  assert.ok(html.includes("<a ses:no-track href="));
  assert.equal(html.split("<a ses:no-track ").length, html.split("<a ").length);
});

test("SesEmailSender writes names and domains in ASCII, as the service asks for", async () => {
  const long = "Leuchtturm f\u00FCr \u00D6sterreich, \u{1F5FC} und alle, die gern auf das Meer hinaussehen";
  for (
    const [from, expected] of [
      ["Lighthouse <accounts@lighthouse.example>", "Lighthouse <accounts@lighthouse.example>"],
      ["accounts@lighthouse.example", "accounts@lighthouse.example"],
      [`${long} <accounts@lighthouse.example>`, null],
    ] as const
  ) {
    await using world = await SenderWorld.open(SES, { from });
    const { FromEmailAddress } = await bodyOf(world);
    if (expected !== null) {
      assert.equal(FromEmailAddress, expected);
      continue;
    }
    const [words = "", address] = FromEmailAddress.split(" <");
    assert.equal(address, "accounts@lighthouse.example>");
    const parts: string[] = words.split(" ");
    assert.ok(parts.every((word) => word.length <= 75));
    const decoded = parts.map((word) =>
      Buffer.from(/^=\?UTF-8\?B\?(.+)\?=$/.exec(word)?.[1] ?? "", "base64")
    );
    assert.equal(decoded.map((bytes) => bytes.toString()).join(""), long);
  }
  await using world = await SenderWorld.open(SES);
  await world.sender.sendPasswordChanged({ username: "ada", email: "ada@b\u00FCcher.example" });
  assert.equal(world.service.received[0]?.to, "ada@xn--bcher-kva.example");
});
