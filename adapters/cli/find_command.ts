import { closestName } from "./closest_name.ts";
import type { Command } from "./command.ts";
import { refuseUsage } from "./command_error.ts";
import { COMMAND_LIST } from "./command_list.ts";

/** A command, and what was typed after it. */
export interface FoundCommand {
  readonly command: Command;
  readonly parameters: readonly string[];
}

/**
 * Finds the command that somebody typed.
 *
 * @param words whatever is no option, in order
 * @throws {CommandError} `usage` for none, or one that does not exist
 */
export function findCommand(words: readonly string[]): FoundCommand {
  const [first, second] = words;
  if (first === undefined) return refuseUsage("a command is missing");
  const command = COMMAND_LIST.find(({ name }) => name === first || name === `${first} ${second}`);
  if (command !== undefined) {
    return { command, parameters: words.slice(command.name.split(" ").length) };
  }
  const group = COMMAND_LIST.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  const typed = group.length > 0 && second !== undefined ? `${first} ${second}` : first;
  const meant = closestName(typed, group.length > 0 ? group : namesAndGroups());
  if (meant !== null) return refuseUsage(`"${typed}" is no command: did you mean "${meant}"?`);
  if (group.length > 0) return refuseUsage(`"${typed}" is no command: there are ${group.join(", ")}`);
  return refuseUsage(`"${typed}" is no command`);
}

function namesAndGroups(): readonly string[] {
  return COMMAND_LIST.flatMap(({ name }) => [name, ...name.split(" ").slice(0, 1)]);
}
