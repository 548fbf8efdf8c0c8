import type { CommandCall } from "./command.ts";
import { refuseUsage } from "./command_error.ts";

/**
 * Reads the password that `--password-stdin` announces; a line break at its end is not part of it.
 *
 * @returns undefined where the option is not given
 * @throws {CommandError} `usage` where nothing, or more than a line, was piped in
 */
export async function readPassword({ flags, io }: CommandCall): Promise<string | undefined> {
  if (!flags.has("password-stdin")) return undefined;
  if (io.stdin === null) return refuseUsage("pipe the password in: typed here, it would show");
  const password = (await io.stdin()).replace(/\r?\n$/, "");
  if (password === "") return refuseUsage("--password-stdin: no password came on standard input");
  if (/[\r\n]/.test(password)) return refuseUsage("--password-stdin: more than one line came");
  return password;
}
