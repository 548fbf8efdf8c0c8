import type { Command } from "../command.ts";
import { withInstallation } from "../installation.ts";

/** `userharbor roles list` */
export const listRoles: Command = {
  name: "roles list",
  summary: "List the roles that the application made, and what each may do",
  parameters: [],
  options: [],
  run: (call) =>
    withInstallation({ call }, async ({ harbor }) => {
      const roles: { readonly role: string; readonly permissions: readonly string[] }[] = [];
      for (const role of [...await harbor.roles.list()].toSorted()) {
        roles.push({ role, permissions: [...await harbor.roles.permissions(role)].toSorted() });
      }
      const lines = roles.map(({ role, permissions }) => `${[`${role}:`, ...permissions].join(" ")}\n`);
      return { json: { roles }, text: lines.join("") || "No roles: the application makes them\n" };
    }),
};
