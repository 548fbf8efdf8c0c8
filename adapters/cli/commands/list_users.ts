import type { UserPage } from "@userharbor/core";
import { accountJson, accountTable } from "../account_text.ts";
import type { Command } from "../command.ts";
import { refuseUsage } from "../command_error.ts";
import { withInstallation } from "../installation.ts";
import { wholeNumber } from "../whole_number.ts";

/** As many as the harbor reads at once. */
const MAX_LIMIT = 500;

/** `userharbor users list` */
export const listUsers: Command = {
  name: "users list",
  summary: "List accounts, in the order of their names",
  parameters: [],
  options: ["starts-with", "limit", "cursor"],
  details:
    "A page at a time: the end of each names the cursor of the next. With --json that is nextCursor, null at\n" +
    "the last one. Accounts that lapsed are listed until a purge removes them.",
  async run(call) {
    const { "starts-with": startsWith, cursor } = call.texts;
    const limit = wholeNumber(call, { name: "limit", max: MAX_LIMIT });
    const input = {
      ...(startsWith === undefined ? {} : { startsWith }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(limit === undefined ? {} : { limit }),
    };
    return await withInstallation({ call }, async ({ harbor }) => {
      const { users, nextCursor } = await harbor.users.list(input).catch(explainCursor);
      const next = nextCursor === null ? "" : `There are more: --cursor ${nextCursor}\n`;
      return {
        json: { users: users.map(accountJson), nextCursor },
        text: users.length === 0 ? "No accounts\n" : `${accountTable(users)}${next}`,
      };
    });
  },
};

function explainCursor(error: unknown): UserPage {
  if (!(error instanceof RangeError)) throw error;
  return refuseUsage("--cursor must be what the end of the page before named");
}
