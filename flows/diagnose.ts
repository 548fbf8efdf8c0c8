import type { Finding, User } from "../interfaces.ts";
import { errorName } from "../primitives/error_name.ts";
import { configurationFindings } from "./_configuration_findings.ts";
import type { Harbor } from "./_harbor.ts";

/**
 * What an operator should know before people rely on this installation, the unsafe first: what the options leave
 * open, and what each port says of itself.
 *
 * Changes nothing. A port that cannot answer is a finding like any other, so that one does not hide the rest.
 */
export async function diagnose<U extends User>(harbor: Harbor<U>): Promise<readonly Finding[]> {
  const { store, emailSender, passwordHasher, throttling, clock } = harbor;
  const answers = await Promise.all([
    ask("store", () => store.diagnose?.(clock())),
    ask("emailSender", () => emailSender.diagnose?.()),
    ask("passwordHasher", () => passwordHasher.diagnose?.()),
    ask("throttle", () => throttling?.throttle.diagnose?.()),
  ]);
  const findings = [...configurationFindings(harbor), ...answers.flat()];
  return [
    ...findings.filter(({ level }) => level === "unsafe"),
    ...findings.filter(({ level }) => level !== "unsafe"),
  ];
}

/** A port without the member has nothing to say. */
async function ask(
  port: string,
  diagnosePort: () => Promise<readonly Finding[]> | undefined,
): Promise<readonly Finding[]> {
  try {
    return [...await diagnosePort() ?? []];
  } catch (error) {
    const message = `The ${port} cannot say how it is: it failed with ${errorName(error)}; ` +
      "see that it is there, and reachable from here";
    return [{ code: "port_unreachable", level: "unsafe", message }];
  }
}
