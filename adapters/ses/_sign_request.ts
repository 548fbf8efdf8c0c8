/** A request to be signed. */
export interface UnsignedRequest {
  /** `https:`; without a query. */
  readonly url: string;
  /** Sent as it is, and signed whole. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body: string;
}

/** Who signs, where, and when. */
export interface Signer {
  /** Names the key. */
  readonly accessKeyId: string;
  /** The key; never sent. */
  readonly secretAccessKey: string;
  /** Goes with keys that are lent for a while. */
  readonly sessionToken?: string | undefined;
  /** Such as `eu-central-1`. */
  readonly region: string;
  /** The signing name of the service, such as `ses`. */
  readonly service: string;
  /** The present instant; the service takes no other within 5 minutes of its own. */
  readonly at: Date;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const encoder = new TextEncoder();

/**
 * Signs a `POST` as AWS wants it (Signature Version 4).
 *
 * @param request what is to be sent
 * @param signer who signs
 * @returns its headers, and those that sign it
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html | AWS: Create a signed request}
 */
export async function signRequest(
  { url, headers, body }: UnsignedRequest,
  { accessKeyId, secretAccessKey, sessionToken, region, service, at }: Signer,
): Promise<Record<string, string>> {
  const { host, pathname } = new URL(url);
  const instant = at.toISOString().replace(/[-:]|\.\d+/g, "");
  const sent: Record<string, string> = {
    ...headers,
    "x-amz-date": instant,
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
  };
  // The runtime sends the host by itself, and lets nobody else set it.
  const signed = Object.entries({ ...sent, host }).map(([name, value]) =>
    [name.toLowerCase(), value.trim().replace(/ +/g, " ")] as const
  ).toSorted(([a], [b]) => a < b ? -1 : 1);
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    "POST",
    pathname,
    "",
    ...signed.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    hex(await digest(body)),
  ].join("\n");
  const scope = `${instant.slice(0, 8)}/${region}/${service}/aws4_request`;
  const text = [ALGORITHM, instant, scope, hex(await digest(canonical))].join("\n");
  let key: BufferSource = encoder.encode(`AWS4${secretAccessKey}`);
  for (const part of scope.split("/")) key = await hmac(key, part);
  const signature = hex(await hmac(key, text));
  return {
    ...sent,
    authorization:
      `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", encoder.encode(text));
}

async function hmac(key: BufferSource, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  return await crypto.subtle.sign("HMAC", imported, encoder.encode(text));
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
