import type { Finding } from "@userharbor/core";
import type { Command, Outcome } from "../command.ts";
import { withInstallation } from "../installation.ts";

/** What only the application's own process can answer for; here they would speak of this program. */
const OF_THE_APPLICATION: ReadonlySet<string> = new Set([
  "no_event_listener",
  "no_token_secret",
]);

/** `userharbor doctor` */
export const doctor: Command = {
  name: "doctor",
  summary: "Say what is not fit for production, in the database and on this computer",
  parameters: [],
  options: [],
  details:
    "Changes nothing. It judges the database, the password hashing of this computer, and the secret in\n" +
    "USERHARBOR_TOKEN_SECRET if that is set. The options that the application gives to UserHarbor, and its\n" +
    "sender of mail, are judged inside it: log what harbor.diagnose() finds at its start.",
  run: (call) =>
    withInstallation({ call, schema: "any" }, async ({ harbor }) => {
      const found = await harbor.diagnose();
      return outcomeOf(found.filter(({ code }) => !OF_THE_APPLICATION.has(code)));
    }),
};

function outcomeOf(findings: readonly Finding[]): Outcome {
  const isUnsafe = findings.some(({ level }) => level === "unsafe");
  const lines = findings.map(({ code, level, message }) => `${level}  ${code}\n        ${message}\n`);
  const summary = findings.length === 0 ? "Nothing is known to be wrong\n" : "";
  return { json: { findings }, text: `${lines.join("")}${summary}`, isUnsafe };
}
