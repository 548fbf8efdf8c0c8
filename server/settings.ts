import { clientAddress } from "@userharbor/http";
import { fileURLToPath } from "node:url";
import type { Environment } from "./environment.ts";
import { isLoopback } from "./is_loopback.ts";
import { type MailSettings, readMailSettings } from "./mail_settings.ts";

/** What the environment decides. */
export interface Settings {
  /** Where to listen, as in a URL: an IPv6 address is in brackets. */
  readonly hostname: string;
  /** 0: any free port. */
  readonly port: number;
  /** The SQLite file. */
  readonly databasePath: string;
  /** Whether mail is kept and shown at /dev/inbox. */
  readonly devInbox: boolean;
  /** Where people see this server, such as behind a proxy; null: where it listens. */
  readonly origin: string | null;
  /** The proxies that are believed about where a request comes from. */
  readonly trustedProxies: readonly string[];
  /** Whether guesses, registrations and mails are limited. */
  readonly attemptLimits: boolean;
  /** Where mail goes and what it says. */
  readonly mail: MailSettings;
}

/** Beside server/, in a folder that git ignores. */
const DEFAULT_DATABASE_PATH = fileURLToPath(new URL("../data/userharbor.sqlite", import.meta.url));

/**
 * Reads `HOST`, `PORT`, `ORIGIN`, `TRUSTED_PROXIES`, `DATABASE_PATH`, `DEV_INBOX`, `ATTEMPT_LIMITS`, and what
 * {@link readMailSettings} does; an empty variable counts as unset.
 *
 * @param environment the variables of the process
 * @returns the settings, with every default filled in
 * @throws {RangeError} naming the variable that cannot be used
 */
export function readSettings(environment: Environment): Settings {
  const hostname = readHostname(environment["HOST"] || "127.0.0.1");
  const origin = readOrigin(environment["ORIGIN"]);
  const isPrivate = isLoopback(hostname) && (origin === null || isLoopback(new URL(origin).hostname));
  const mail = readMailSettings(environment);
  const devInbox = readSwitch(environment, "DEV_INBOX") ?? (isPrivate && mail.smtp === null);
  if (devInbox && mail.smtp !== null) {
    throw new RangeError("DEV_INBOX must not be 1 with SMTP_URL: mail is either sent or shown");
  }
  return {
    hostname,
    port: readPort(environment["PORT"] || "8000"),
    databasePath: environment["DATABASE_PATH"] || DEFAULT_DATABASE_PATH,
    devInbox,
    origin,
    trustedProxies: readProxies(environment["TRUSTED_PROXIES"]),
    // Whoever reads the inbox takes over any account without a guess.
    attemptLimits: readSwitch(environment, "ATTEMPT_LIMITS") ?? !devInbox,
    mail,
  };
}

function readHostname(host: string): string {
  const url = `http://${host.includes(":") ? `[${host}]` : host}`;
  // A URL knows the canonical form: of 127.1 it makes 127.0.0.1.
  if (!/^[\w.:-]+$/.test(host) || !URL.canParse(url)) {
    throw new RangeError(`HOST must be a host name or an IP address, not "${host}"`);
  }
  return new URL(url).hostname;
}

function readPort(port: string): number {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new RangeError(`PORT must be a whole number from 0 to 65535, not "${port}"`);
  }
  return Number(port);
}

/** A session cookie is safe on https, or on this computer alone. */
function readOrigin(origin: string | undefined): string | null {
  if (!origin) return null;
  const url = URL.canParse(origin) ? new URL(origin) : null;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url === null || !isSafe || `${url.origin}/` !== url.href) {
    throw new RangeError(
      `ORIGIN must be https:// and a host, or http:// and a loopback host, with a port if need be, not "${origin}"`,
    );
  }
  return url.origin;
}

function readProxies(list: string | undefined): readonly string[] {
  if (!list) return [];
  const trustedProxies = list.split(",").map((network) => network.trim());
  try {
    clientAddress({ headers: new Headers(), trustedProxies });
    return trustedProxies;
  } catch {
    throw new RangeError(
      `TRUSTED_PROXIES must be addresses and networks such as 10.0.0.0/8, between commas, not "${list}"`,
    );
  }
}

function readSwitch(
  environment: Environment,
  name: "DEV_INBOX" | "ATTEMPT_LIMITS",
): boolean | undefined {
  const { [name]: value } = environment;
  if (!value) return undefined;
  if (value !== "0" && value !== "1") throw new RangeError(`${name} must be 0 or 1, not "${value}"`);
  return value === "1";
}
