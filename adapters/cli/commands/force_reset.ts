import type { Command } from "../command.ts";
import { accountCommand } from "./_account_command.ts";

/** `userharbor users force-reset` */
export const forceReset: Command = accountCommand({
  name: "users force-reset",
  summary: "Make a password useless that somebody else may know",
  details:
    "Its sessions and mailed tokens end as well. The person sets a new one through the application's\n" +
    '"forgot password"; no mail is sent.',
  done: "without a password",
  afterwards: 'No mail was sent: tell them to set a password through the application\'s "forgot password"',
  change: (harbor, { username, context }) => harbor.users.forceReset(username, context),
});
