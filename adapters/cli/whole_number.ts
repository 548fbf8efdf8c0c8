import type { CommandCall } from "./command.ts";
import { refuseUsage } from "./command_error.ts";
import type { TextName } from "./option_table.ts";

/** The number of an option, and its bounds. */
interface WholeNumberOption {
  readonly name: TextName;
  readonly max: number;
}

/**
 * Reads the number of an option.
 *
 * @returns undefined where the option is not given
 * @throws {CommandError} `usage` for anything but a whole number from 1 to `max`
 */
export function wholeNumber({ texts }: CommandCall, { name, max }: WholeNumberOption): number | undefined {
  const text = texts[name];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d{1,15}$/.test(text) && number >= 1 && number <= max) return number;
  return refuseUsage(`--${name} must be a whole number from 1 to ${max}`);
}
