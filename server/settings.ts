import { fileURLToPath } from "node:url";
import { isLoopback } from "./is_loopback.ts";

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
}

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Beside server/, in a folder that git ignores. */
const DEFAULT_DATABASE_PATH = fileURLToPath(new URL("../data/userharbor.sqlite", import.meta.url));

/**
 * Reads `HOST`, `PORT`, `ORIGIN`, `DATABASE_PATH` and `DEV_INBOX`; an empty variable counts as unset.
 *
 * @param environment the variables of the process
 * @returns the settings, with every default filled in
 * @throws {RangeError} naming the variable that cannot be used
 */
export function readSettings(environment: Environment): Settings {
  const hostname = readHostname(environment["HOST"] || "127.0.0.1");
  const origin = readOrigin(environment["ORIGIN"]);
  const isPrivate = isLoopback(hostname) && (origin === null || isLoopback(new URL(origin).hostname));
  return {
    hostname,
    port: readPort(environment["PORT"] || "8000"),
    databasePath: environment["DATABASE_PATH"] || DEFAULT_DATABASE_PATH,
    devInbox: readSwitch(environment["DEV_INBOX"]) ?? isPrivate,
    origin,
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

function readSwitch(devInbox: string | undefined): boolean | undefined {
  if (!devInbox) return undefined;
  if (devInbox !== "0" && devInbox !== "1") {
    throw new RangeError(`DEV_INBOX must be 0 or 1, not "${devInbox}"`);
  }
  return devInbox === "1";
}
