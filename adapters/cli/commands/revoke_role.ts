import type { Command } from "../command.ts";
import { withInstallation } from "../installation.ts";
import { printable } from "../printable.ts";

/** `userharbor roles revoke` */
export const revokeRole: Command = {
  name: "roles revoke",
  summary: "Take a role from an account",
  parameters: ["username", "role"],
  options: [],
  details: "Taking what it does not have changes nothing. It holds from the next request on.",
  run(call) {
    const [username = "", role = ""] = call.parameters;
    return withInstallation({ call, auditTrail: true }, async ({ harbor, context }) => {
      await harbor.revokeRole(username, role, context);
      const text = `${printable(username)} does not have the role ${role}\n`;
      return { json: { username, role, granted: false }, text };
    });
  },
};
