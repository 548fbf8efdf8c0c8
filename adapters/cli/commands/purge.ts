import type { Command } from "../command.ts";
import { withInstallation } from "../installation.ts";
import { wholeNumber } from "../whole_number.ts";

/** Enough for a round to be worth its while, few enough for nobody to wait behind it. */
const BATCH_ROWS = 500;

/** The most that the application's own options may be: a hundred years. */
const MAX_SECONDS = 3_155_760_000;

/** `userharbor purge` */
export const purge: Command = {
  name: "purge",
  summary: "Remove what died a day ago or earlier: sessions, tokens, counted attempts",
  parameters: [],
  options: ["unverified-ttl-seconds", "session-client-retention-seconds"],
  details:
    "Nothing depends on it, since dead rows are refused anyway. It goes in batches, beside the running\n" +
    "application, and several at once are safe. What only the application knows has to be told: its\n" +
    "unverifiedTtlSeconds (604800 if it sets none), or accounts that were never verified stay, and its\n" +
    "sessionClientRetentionSeconds if it sets one, or sessions remember where they were opened until they end.",
  run(call) {
    const options = {
      unverifiedTtlSeconds: wholeNumber(call, { name: "unverified-ttl-seconds", max: MAX_SECONDS }),
      sessionClientRetentionSeconds: wholeNumber(call, {
        name: "session-client-retention-seconds",
        max: MAX_SECONDS,
      }),
    };
    return withInstallation({ call, options }, async ({ harbor }) => {
      let removed = 0;
      for (let rows = BATCH_ROWS; rows > 0; removed += rows) {
        call.progress.tell(`Removed ${removed}`);
        rows = await harbor.purgeExpired({ limit: BATCH_ROWS });
      }
      return { json: { removed }, text: `Removed ${removed} rows that nobody could use any more\n` };
    });
  },
};
