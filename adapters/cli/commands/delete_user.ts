import type { Command } from "../command.ts";
import { accountCommand } from "./_account_command.ts";

/** `userharbor users delete` */
export const deleteUser: Command = accountCommand({
  name: "users delete",
  summary: "Remove an account with its sessions, tokens and grants",
  details:
    "It does not come back, so --yes is needed. The name is free again, and whoever takes it inherits nothing.\n" +
    "No mail is sent.",
  done: "deleted",
  isFinal: true,
  change: (harbor, { username, context }) => harbor.users.delete(username, context),
});
