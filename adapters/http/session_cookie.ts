import { checkOptionNames } from "./check_option_names.ts";
import { cookieValues } from "./cookie_values.ts";

/** Where a session cookie is valid, and for how long a browser keeps it. */
export interface SessionCookieOptions {
  /**
   * The one origin that people see in their browser, spelt as browsers send it: `https://example.org`. Plain
   * `http:` for a loopback host only: `localhost` and names below it, `127.0.0.0/8`, `[::1]`.
   */
  readonly origin: string;
  /**
   * How long the browser keeps the cookie: 1 to 34 560 000 (400 days). The harbor may well refuse the session
   * earlier. Default: 7 776 000 (90 days), which is the harbor's own `sessionMaxAgeSeconds`.
   */
  readonly maxAgeSeconds?: number;
}

/**
 * The cookie that holds a session token where no script can read it.
 *
 * Every member may be used without `this`.
 */
export interface SessionCookie {
  /** The origin that was configured; no request changes it. */
  readonly origin: string;
  /** `__Host-uh_session`, which this very host alone can set, and over TLS; `uh_session` for plain `http:`. */
  readonly name: string;
  /**
   * The session token a request carries.
   *
   * @param request any request
   * @returns 43 characters of base64url; null without such a cookie, for two of them, and for what is no token
   */
  read(request: Request): string | null;
  /**
   * Gives a browser the session token.
   *
   * @param sessionToken as the harbor made it
   * @returns the value of a `Set-Cookie` header
   * @throws {RangeError} for what is no session token
   */
  set(sessionToken: string): string;
  /**
   * Takes the session token away from a browser, under the attributes it was given with.
   *
   * @returns the value of a `Set-Cookie` header
   */
  clear(): string;
}

/** A token as the core makes it. */
const SESSION_TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The default of the harbor's `sessionMaxAgeSeconds`: no session lives longer. */
const DEFAULT_MAX_AGE_SECONDS = 7_776_000;

/** RFC 6265bis, 5.6.2: browsers keep no cookie for longer than 400 days. */
const MAX_AGE_LIMIT_SECONDS = 34_560_000;

/** RFC 6761, 6.3, and RFC 1122, 3.2.1.3, as a parsed URL spells them. */
const LOOPBACK_HOST = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Makes the session cookie of one origin, for `createHandler` and `createGuards`.
 *
 * `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`, `Path=/` and no `Domain`: no option weakens them. For plain
 * `http:` on loopback, where not every browser takes them, `__Host-` and `Secure` are left out.
 *
 * @param options the origin, and how long a browser keeps the cookie
 * @returns one frozen object for reading, setting and clearing, so that the three always agree
 * @throws {TypeError} for an option of the wrong type, or one that does not exist
 * @throws {RangeError} for another kind of origin, or an age out of bounds; both name the option
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 3.3.1 to 3.3.4}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createSessionCookie } from "@userharbor/http";
 *
 * const cookie = createSessionCookie({ origin: "https://example.org" });
 * assert.equal(
 *   cookie.clear(),
 *   "__Host-uh_session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
 * );
 *
 * const sessionToken = "A".repeat(43);
 * const headers = { cookie: `theme=dark; __Host-uh_session=${sessionToken}` };
 * assert.equal(cookie.read(new Request("https://example.org/", { headers })), sessionToken);
 * ```
 */
export function createSessionCookie(options: SessionCookieOptions): SessionCookie {
  checkOptionNames(options, { known: ["origin", "maxAgeSeconds"], of: "createSessionCookie" });
  const { origin, maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS } = options;
  const isSecure = checkOrigin(origin).protocol === "https:";
  checkMaxAge(maxAgeSeconds);
  const name = isSecure ? "__Host-uh_session" : "uh_session";
  const attributes = `Path=/; ${isSecure ? "Secure; " : ""}HttpOnly; SameSite=Lax`;

  return Object.freeze({
    origin,
    name,
    read(request: Request) {
      const [value = "", ...others] = cookieValues(request, name);
      return others.length === 0 && SESSION_TOKEN.test(value) ? value : null;
    },
    set(sessionToken: string) {
      if (!SESSION_TOKEN.test(sessionToken)) {
        throw new RangeError("Cannot set the cookie: the value is no session token");
      }
      return `${name}=${sessionToken}; ${attributes}; Max-Age=${maxAgeSeconds}`;
    },
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  });
}

function checkOrigin(origin: unknown): URL {
  if (typeof origin !== "string") throw new TypeError("origin must be a string");
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  // Compared with Origin headers to the letter, so another spelling would refuse every request.
  if (url?.origin !== origin || !/^https?:$/.test(url.protocol)) {
    throw new RangeError(
      'origin must be scheme, host and port alone, spelt as browsers send it, such as "https://example.org"',
    );
  }
  if (url.protocol === "http:" && !LOOPBACK_HOST.test(url.hostname)) {
    throw new RangeError(
      "origin must start with https:// unless its host is loopback: anybody on the way could read the cookie",
    );
  }
  return url;
}

function checkMaxAge(maxAgeSeconds: unknown): void {
  if (typeof maxAgeSeconds !== "number") throw new TypeError("maxAgeSeconds must be a number");
  const isInBounds = maxAgeSeconds >= 1 && maxAgeSeconds <= MAX_AGE_LIMIT_SECONDS;
  if (!Number.isInteger(maxAgeSeconds) || !isInBounds) {
    throw new RangeError(`maxAgeSeconds must be a whole number from 1 to ${MAX_AGE_LIMIT_SECONDS}`);
  }
}
