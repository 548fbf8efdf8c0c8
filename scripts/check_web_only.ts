/**
 * The core runs wherever Web Crypto does, and senders over HTTP wherever there is `fetch` as well: type-checks them
 * against the Web's own declarations, so that any use of `Deno`, `process` or `Buffer` fails.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { type Outcome, runDeno } from "./_run_deno.ts";

/** What applications load; the kit for tests may use `node:assert`. */
const ENTRY_POINTS = [
  "mod.ts",
  "pbkdf2.ts",
  "transactions.ts",
  "adapters/mailgun/mod.ts",
  "adapters/messages/delivery.ts",
  "adapters/messages/http_sender.ts",
  "adapters/messages/mod.ts",
  "adapters/outbox/mod.ts",
  "adapters/postmark/mod.ts",
  "adapters/resend/mod.ts",
  "adapters/sendgrid/mod.ts",
  "adapters/ses/mod.ts",
];

const CONFIG = fileURLToPath(new URL("./web_only.json", import.meta.url));

/**
 * Type-checks files as a browser or an edge runtime would see them.
 *
 * @param entryPoints paths of files
 * @returns whether they pass, and what the type checker said
 */
export function checkWebOnly(entryPoints: readonly string[]): Promise<Outcome> {
  return runDeno(["check", "--no-lock", "--config", CONFIG, ...entryPoints]);
}

if (import.meta.main) {
  const { success, output } = await checkWebOnly(ENTRY_POINTS);
  console.log(success ? "web-only: clean" : output);
  if (!success) Deno.exit(1);
}
