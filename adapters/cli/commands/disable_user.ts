import type { Command } from "../command.ts";
import { accountCommand } from "./_account_command.ts";

/** `userharbor users disable` */
export const disableUser: Command = accountCommand({
  name: "users disable",
  summary: "Switch an account off: nobody logs in, and its sessions end",
  details: "Sessions and mailed tokens end at once, and no mail goes to it. Name, address and roles stay.",
  done: "disabled",
  change: (harbor, { username, context }) => harbor.users.disable(username, context),
});
