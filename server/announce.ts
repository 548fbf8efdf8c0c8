import { isLoopback } from "./is_loopback.ts";
import { keyFile } from "./outbox_keys.ts";
import type { Settings } from "./settings.ts";

/**
 * Tells on the console what runs where, and warns of what must not stay so.
 *
 * @param settings what was asked for
 * @param address where the server listens
 */
export function announce(settings: Settings, address: string): void {
  const { databasePath, devInbox, origin, attemptLimits, mail } = settings;
  console.log(`UserHarbor: open ${origin ?? address}/`);
  if (origin !== null) console.log(`Listening on ${address}`);
  console.log(`Accounts are kept in ${databasePath}`);
  if (devInbox) console.log(`Mail is not sent; read it at ${origin ?? address}/dev/inbox`);
  if (mail.smtp !== null) {
    const { protocol, host } = new URL(mail.smtp.url);
    console.log(
      `Mail is sent over ${protocol}//${host} from ${mail.smtp.from}; its links lead to ${mail.baseUrl}`,
    );
    if (mail.outboxKeys === null) {
      console.log(`Mail that waits is sealed under the key in ${keyFile(databasePath)}`);
    }
  }
  if (!attemptLimits) console.log("Attempts are not limited (ATTEMPT_LIMITS=1: they are)");
  console.log("Stop with Ctrl-C");
  for (const warning of warnings(settings, address)) console.warn(`Warning: ${warning}`);
}

function warnings(
  { hostname, devInbox, origin, trustedProxies, attemptLimits, mail }: Settings,
  address: string,
): readonly string[] {
  const found: string[] = [];
  if (mail.smtp !== null) {
    if (!isSamePlace(mail.baseUrl, origin ?? address)) {
      found.push(`links in mails lead to ${mail.baseUrl}, where the pages of this server are not (ORIGIN)`);
    }
  } else if (!devInbox) {
    found.push(
      "mail goes nowhere, for no sender is configured and the inbox is off (SMTP_URL, or DEV_INBOX=1)",
    );
  } else if (!isLoopback(hostname)) {
    found.push("whoever reaches this server can read the inbox, and so take over any account");
  }
  // This server speaks plain http, so whatever is seen elsewhere is behind a proxy.
  const isBehindProxy = origin !== null && !isLoopback(new URL(origin).hostname);
  if (isBehindProxy && attemptLimits && trustedProxies.length === 0) {
    found.push("all people count as one client, which is the proxy, until TRUSTED_PROXIES names it");
  }
  return found;
}

/** However a loopback host is called, it is the same one. */
function isSamePlace(baseUrl: string | null, origin: string): boolean {
  if (baseUrl === null) return true;
  const [base, own] = [new URL(baseUrl), new URL(origin)];
  const isSameHost = base.host === own.host ||
    (isLoopback(base.hostname) && isLoopback(own.hostname) && base.port === own.port);
  return base.protocol === own.protocol && isSameHost && base.pathname === "/";
}
