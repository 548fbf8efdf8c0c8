import { isLoopback } from "./is_loopback.ts";
import type { Settings } from "./settings.ts";

/**
 * Tells on the console what runs where, and warns of what must not stay so.
 *
 * @param settings what was asked for
 * @param address where the server listens
 */
export function announce({ hostname, databasePath, devInbox, origin }: Settings, address: string): void {
  console.log(`UserHarbor: open ${origin ?? address}/`);
  if (origin !== null) console.log(`Listening on ${address}`);
  console.log(`Accounts are kept in ${databasePath}`);
  if (devInbox) console.log(`Mail is not sent; read it at ${origin ?? address}/dev/inbox`);
  console.log("Stop with Ctrl-C");
  if (!devInbox) {
    console.warn(
      "Warning: mail goes nowhere, for no sender is configured and the inbox is off (DEV_INBOX=1: on)",
    );
  } else if (!isLoopback(hostname)) {
    console.warn("Warning: whoever reaches this server can read the inbox, and so take over any account");
  }
}
