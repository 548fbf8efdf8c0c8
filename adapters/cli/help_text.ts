import type { Command } from "./command.ts";
import { COMMAND_LIST } from "./command_list.ts";
import { COMMON_OPTIONS, OPTION_TABLE, type OptionName } from "./option_table.ts";

/** The name of the program. */
export const PROGRAM = "userharbor";

const EXIT_CODES = `Exit codes:
  0  it is done
  1  it could not be done, or doctor found something unsafe
  2  the command was not understood
`;

const ENVIRONMENT = `Environment:
  USERHARBOR_ACTOR         who acts, for the audit trail; otherwise userharbor-cli
  USERHARBOR_DATABASE      the database, where --database is not given
  USERHARBOR_TOKEN_SECRET  the application's tokenSecret, for doctor to judge
`;

/** How the program is used. */
export function programHelp(): string {
  const rows = COMMAND_LIST.map((command) => [signatureOf(command), command.summary] as const);
  return `Usage: ${PROGRAM} <command> [options]

Commands:
${columns(rows)}
Options:
${optionLines([...COMMON_OPTIONS, "version"])}
${ENVIRONMENT}
${EXIT_CODES}`;
}

/** How one command is used. */
export function commandHelp(command: Command): string {
  const own = command.options.length === 0 ? "" : `Options:\n${optionLines(command.options)}\n`;
  return `Usage: ${PROGRAM} ${signatureOf(command)} [options]

${command.summary}.
${command.details === undefined ? "" : `\n${command.details}\n`}
${own}Options of every command:
${optionLines(COMMON_OPTIONS)}
${EXIT_CODES}`;
}

/** A command with what has to follow it. */
export function signatureOf({ name, parameters }: Command): string {
  return [name, ...parameters.map((parameter) => `<${parameter}>`)].join(" ");
}

function optionLines(names: readonly OptionName[]): string {
  return columns(names.map((name) => {
    const { value, description } = OPTION_TABLE[name];
    return [value === undefined ? `--${name}` : `--${name} <${value}>`, description] as const;
  }));
}

function columns(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join("");
}
