import { checkOptionNames } from "./_check_options.ts";
import type { MailLinkPaths } from "./mail_links.ts";

/** Makes the links of mails. */
export interface MailLinks {
  /** The start page of the application. */
  readonly home: string;
  /** Where a person asks for a new password. */
  readonly askForPassword: string;
  /** Leads to the page that verifies an address. */
  verification(verificationToken: string): string;
  /** Leads to the page that sets a new password. */
  passwordReset(resetToken: string): string;
  /** Leads to the page that confirms a new address. */
  emailChange(emailChangeToken: string): string;
}

/** Those of the pages that the account server has. */
const DEFAULT_PATHS: Required<MailLinkPaths> = {
  verification: "/verify?token={token}",
  passwordReset: "/reset?token={token}",
  emailChange: "/confirm-email?token={token}",
  askForPassword: "/forgot",
};

const PLACE = "{token}";

/** Names that lead to this very computer, where nobody listens in on plain http. */
const LOOPBACK = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|(?:[\w-]+\.)+localhost)$/;

/**
 * Builds links from what is configured, and from nothing that a request says.
 *
 * @param baseUrl where people see the application
 * @param paths where its pages are
 * @throws {TypeError} naming the option that is missing, does not exist or has the wrong type
 * @throws {RangeError} naming the option that leads nowhere safe
 */
export function buildLinks(baseUrl: unknown, paths: MailLinkPaths = {}): MailLinks {
  const base = checkBaseUrl(baseUrl);
  checkOptionNames(paths, { known: Object.keys(DEFAULT_PATHS), of: "links" });
  const linkOf = (name: keyof MailLinkPaths, places: number): string => {
    const path = paths[name] ?? DEFAULT_PATHS[name];
    if (typeof path !== "string") throw new TypeError(`links.${name} must be a string`);
    if (!path.startsWith("/") || path.split(PLACE).length - 1 !== places) {
      const holds = places === 1 ? `hold ${PLACE} once` : `not hold ${PLACE}`;
      throw new RangeError(`links.${name} must start with "/" and ${holds}`);
    }
    if (!URL.canParse(base + path) || /[\s\p{Cc}\\]/u.test(path)) {
      throw new RangeError(`links.${name} must be a path, with a query or a fragment if you like`);
    }
    return base + path;
  };
  const withToken = (name: keyof MailLinkPaths) => {
    const link = linkOf(name, 1);
    return (token: string) => link.replace(PLACE, () => encodeURIComponent(token));
  };
  return {
    home: base,
    askForPassword: linkOf("askForPassword", 0),
    verification: withToken("verification"),
    passwordReset: withToken("passwordReset"),
    emailChange: withToken("emailChange"),
  };
}

function checkBaseUrl(baseUrl: unknown): string {
  if (typeof baseUrl !== "string") throw new TypeError("baseUrl must be given: the address of your pages");
  if (!URL.canParse(baseUrl)) throw new RangeError("baseUrl must be an address such as https://example.org");
  const { protocol, hostname, origin, pathname, href } = new URL(baseUrl);
  if (protocol !== "https:" && !(protocol === "http:" && LOOPBACK.test(hostname))) {
    throw new RangeError("baseUrl must be an https: address; http: is for this computer alone");
  }
  if (href !== origin + pathname) {
    throw new RangeError("baseUrl must have no query, no fragment and no credentials");
  }
  return href.replace(/\/+$/, "");
}
