import type { User } from "@userharbor/core";
import { accountJson } from "../account_text.ts";
import type { Command } from "../command.ts";
import { withInstallation } from "../installation.ts";
import { readPassword } from "../read_password.ts";

/** `userharbor users create` */
export const createUser: Command = {
  name: "users create",
  summary: "Make an account",
  parameters: ["username", "email"],
  options: ["verified", "password-stdin"],
  details:
    "Nobody knows a password of it, this command included: the person sets one through the application's\n" +
    '"forgot password", which also proves the address. With --password-stdin it has one that has to be changed\n' +
    "before anything else. Names and passwords are judged by the default rules. No mail is sent.",
  async run(call) {
    const [username = "", email = ""] = call.parameters;
    const verified = call.flags.has("verified");
    const password = await readPassword(call);
    return await withInstallation({ call, auditTrail: true }, async ({ harbor, mail, context }) => {
      const input = { username, email, verified, ...(password === undefined ? {} : { password }) };
      const { user } = await harbor.users.create(input, context);
      await harbor.settled();
      return {
        json: { user: accountJson(user), notMailed: mail.kinds },
        text: `Made ${user.username}\n${nextStep(user, password !== undefined)}\n`,
      };
    });
  },
};

/** What nobody was mailed, and has to be told. */
function nextStep({ verified }: User, hasPassword: boolean): string {
  if (!hasPassword) {
    return 'No mail was sent: tell them to set a password through the application\'s "forgot password"' +
      (verified ? "" : ", before an account that is not verified lapses");
  }
  return verified
    ? "The password has to be changed at the first login"
    : "No mail was sent: tell them to ask the application for a new verification mail; then they can log in, " +
      "and have to change the password";
}
