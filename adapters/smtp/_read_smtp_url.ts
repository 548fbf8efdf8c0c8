/** Where a mail server is, and who asks it. */
export interface SmtpServer {
  /** A name or an address, without brackets. */
  readonly host: string;
  /** Where it listens. */
  readonly port: number;
  /** Whether the connection is encrypted from its first byte on; if not, by STARTTLS. */
  readonly secure: boolean;
  /** Who asks; undefined: nobody in particular. */
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
}

/** RFC 8314: submission with TLS from the start, and RFC 6409: with STARTTLS. */
const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([["smtps:", 465], ["smtp:", 587]]);

/**
 * Reads `smtp://user:password@host:port` or `smtps://…`. A query is refused, whatever some library makes of it:
 * no address switches off what it is to be protected by.
 *
 * @param url what the caller gave
 * @throws {TypeError} when it is no string
 * @throws {RangeError} when it names no mail server; the message does not repeat it
 */
export function readSmtpUrl(url: unknown): SmtpServer {
  if (typeof url !== "string") throw new TypeError("url must be given: such as smtps://user:password@host");
  if (!URL.canParse(url)) throw malformed();
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(url);
  const defaultPort = DEFAULT_PORTS.get(protocol);
  const isBare = /^\/?$/.test(pathname) && search === "" && hash === "";
  if (defaultPort === undefined || hostname === "" || !isBare || (username === "") !== (password === "")) {
    throw malformed();
  }
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? defaultPort : Number(port),
    secure: protocol === "smtps:",
    auth: username === "" ? undefined : { user: decoded(username), pass: decoded(password) },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw malformed();
  }
}

function malformed(): RangeError {
  return new RangeError(
    "url must be smtps://user:password@host or smtp://user:password@host, " +
      "percent-encoded, with a port if you like and without path or query",
  );
}
