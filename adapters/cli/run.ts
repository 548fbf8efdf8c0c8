import type { Command, CommandCall, Outcome } from "./command.ts";
import { CommandError, refuseUsage, USAGE } from "./command_error.ts";
import type { CommandIo } from "./command_io.ts";
import { explainError } from "./explain_error.ts";
import { findCommand } from "./find_command.ts";
import { commandHelp, PROGRAM, programHelp, signatureOf } from "./help_text.ts";
import { COMMON_OPTIONS } from "./option_table.ts";
import { parseArguments, type ParsedArguments } from "./parse_arguments.ts";
import { Progress } from "./progress.ts";
import { VERSION } from "./version.ts";

/** It is done. */
const DONE = 0;
/** It could not be done, or something unsafe was found. */
const FAILED = 1;
/** What was typed is no command. */
const NOT_UNDERSTOOD = 2;

/**
 * Runs one command line to its end.
 *
 * Touches nothing of the process but what it is handed: it neither ends it nor sets its exit code.
 *
 * @param args what follows the name of the program
 * @param io where the answer goes, and what the environment says
 * @returns the exit code: 0 it is done; 1 it could not be done, or `doctor` found something unsafe; 2 not understood
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "@userharbor/cli";
 *
 * let written = "";
 * const exitCode = await run(["--version"], {
 *   environment: {},
 *   stdout: (text) => written += text,
 *   stderr: (text) => written += text,
 *   isWatched: false,
 *   stdin: () => Promise.resolve(""),
 * });
 * assert.equal(exitCode, 0);
 * assert.match(written, /^userharbor \d+\.\d+\.\d+\n$/);
 * ```
 */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const isJson = args.includes("--json");
  const progress = new Progress(io.stderr, io.isWatched && !isJson);
  try {
    return await answer(parseArguments(args), { io, progress, isJson });
  } catch (error) {
    progress.end();
    return report(error, { io, isJson });
  }
}

interface Surroundings {
  readonly io: CommandIo;
  readonly progress: Progress;
  readonly isJson: boolean;
}

async function answer(parsed: ParsedArguments, { io, progress, isJson }: Surroundings): Promise<number> {
  const { words, texts, flags } = parsed;
  if (flags.has("version")) {
    tell({ json: { version: VERSION }, text: `${PROGRAM} ${VERSION}\n` }, { io, isJson });
    return DONE;
  }
  if (flags.has("help")) {
    const text = words.length === 0 ? programHelp() : commandHelp(findCommand(words).command);
    tell({ json: { help: text }, text }, { io, isJson });
    return DONE;
  }
  const { command, parameters } = findCommand(words);
  requireFitting(command, { parameters, texts, flags });
  const outcome = await command.run({ parameters, texts, flags, io, progress });
  progress.end();
  tell(outcome, { io, isJson });
  return outcome.isUnsafe === true ? FAILED : DONE;
}

function tell({ json, text }: Outcome, { io, isJson }: Omit<Surroundings, "progress">): void {
  io.stdout(isJson ? `${JSON.stringify(json)}\n` : text);
}

function requireFitting(
  command: Command,
  { parameters, texts, flags }: Pick<CommandCall, "parameters" | "texts" | "flags">,
): void {
  const taken: ReadonlySet<string> = new Set([...COMMON_OPTIONS, ...command.options]);
  const foreign = [...Object.keys(texts), ...flags].find((name) => !taken.has(name));
  if (foreign !== undefined) refuseUsage(`"${command.name}" takes no --${foreign}`);
  if (parameters.length !== command.parameters.length) {
    refuseUsage(`it is "${PROGRAM} ${signatureOf(command)}"`);
  }
}

function report(error: unknown, { io, isJson }: Omit<Surroundings, "progress">): number {
  const { code, message } = explainError(error);
  const isUsage = error instanceof CommandError && error.code === USAGE;
  io.stderr(`${PROGRAM}: ${message}${isUsage ? ` (see ${PROGRAM} --help)` : ""}\n`);
  if (isJson) io.stdout(`${JSON.stringify({ error: { code, message } })}\n`);
  return isUsage ? NOT_UNDERSTOOD : FAILED;
}
