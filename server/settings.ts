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
}

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Beside server/, in a folder that git ignores. */
const DEFAULT_DATABASE_PATH = fileURLToPath(new URL("../data/userharbor.sqlite", import.meta.url));

/**
 * Reads `HOST`, `PORT`, `DATABASE_PATH` and `DEV_INBOX`; an empty variable counts as unset.
 *
 * @param environment the variables of the process
 * @returns the settings, with every default filled in
 * @throws {RangeError} naming the variable that cannot be used
 */
export function readSettings(environment: Environment): Settings {
  const hostname = readHostname(environment["HOST"] || "127.0.0.1");
  return {
    hostname,
    port: readPort(environment["PORT"] || "8000"),
    databasePath: environment["DATABASE_PATH"] || DEFAULT_DATABASE_PATH,
    devInbox: readSwitch(environment["DEV_INBOX"]) ?? isLoopback(hostname),
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

function readSwitch(devInbox: string | undefined): boolean | undefined {
  if (!devInbox) return undefined;
  if (devInbox !== "0" && devInbox !== "1") {
    throw new RangeError(`DEV_INBOX must be 0 or 1, not "${devInbox}"`);
  }
  return devInbox === "1";
}
