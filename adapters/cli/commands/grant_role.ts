import type { Command } from "../command.ts";
import { withInstallation } from "../installation.ts";
import { printable } from "../printable.ts";

/** `userharbor roles grant` */
export const grantRole: Command = {
  name: "roles grant",
  summary: "Give an account a role, such as its first administrator's",
  parameters: ["username", "role"],
  options: [],
  details: "Doing so twice changes nothing. It holds from the next request on.",
  run(call) {
    const [username = "", role = ""] = call.parameters;
    return withInstallation({ call, auditTrail: true }, async ({ harbor, context }) => {
      await harbor.grantRole(username, role, context);
      return {
        json: { username, role, granted: true },
        text: `${printable(username)} has the role ${role}\n`,
      };
    });
  },
};
