import type { Command } from "../command.ts";
import { accountCommand } from "./_account_command.ts";

/** `userharbor users enable` */
export const enableUser: Command = accountCommand({
  name: "users enable",
  summary: "Switch a disabled account on again",
  details: "The password is the one it had. Sessions and mailed tokens that ended do not come back.",
  done: "enabled",
  change: (harbor, { username, context }) => harbor.users.enable(username, context),
});
