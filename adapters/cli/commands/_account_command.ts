import type { RequestContext, UserHarbor } from "@userharbor/core";
import type { Command } from "../command.ts";
import { refuseUsage } from "../command_error.ts";
import { withInstallation } from "../installation.ts";
import { printable } from "../printable.ts";

/** Something that is done to one account. */
interface AccountChange extends Pick<Command, "name" | "summary" | "details"> {
  /** What the account is afterwards. */
  readonly done: string;
  /** What has to be told to somebody, since no mail was sent. */
  readonly afterwards?: string;
  /** Whether it takes `--yes`. */
  readonly isFinal?: boolean;
  readonly change: (harbor: UserHarbor, account: AccountOf) => Promise<void>;
}

/** Which account, and who acts. */
interface AccountOf {
  readonly username: string;
  readonly context: RequestContext;
}

/** Makes a command of a change to one account. */
export function accountCommand(
  { done, afterwards, isFinal = false, change, ...texts }: AccountChange,
): Command {
  return {
    ...texts,
    parameters: ["username"],
    options: isFinal ? ["yes"] : [],
    async run(call) {
      const [username = ""] = call.parameters;
      if (isFinal && !call.flags.has("yes")) {
        refuseUsage(`${printable(username)} would be ${done} for good: add --yes if that is meant`);
      }
      return await withInstallation({ call, auditTrail: true }, async ({ harbor, mail, context }) => {
        await change(harbor, { username, context });
        await harbor.settled();
        return {
          json: { username, notMailed: mail.kinds },
          text: `${printable(username)} is ${done}\n${afterwards === undefined ? "" : `${afterwards}\n`}`,
        };
      });
    },
  };
}
