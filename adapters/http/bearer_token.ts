/** One token as the core makes it: 43 characters of base64url. RFC 9110, 11.1: the scheme's case does not matter. */
const BEARER_TOKEN = /^Bearer +([A-Za-z0-9_-]{43})$/i;

/** The session token a request carries; null for none, for several, and for what cannot be one. */
export function bearerToken(request: Request): string | null {
  return BEARER_TOKEN.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;
}
