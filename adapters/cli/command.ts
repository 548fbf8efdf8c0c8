import type { CommandIo } from "./command_io.ts";
import type { FlagName, OptionName, TextName } from "./option_table.ts";
import type { Progress } from "./progress.ts";

/** One thing that an operator does: a file of `commands/`. */
export interface Command {
  /** As it is typed: one word, or two. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** The names of what follows the command; each is needed. */
  readonly parameters: readonly string[];
  /** The options it takes beside those of every command. */
  readonly options: readonly OptionName[];
  /** What a person should know before using it. */
  readonly details?: string;
  /** Does it. Rejects with what is to be told; nothing is half done then. */
  readonly run: (call: CommandCall) => Promise<Outcome>;
}

/** A command as somebody typed it. */
export interface CommandCall {
  /** As many as the command names, in its order. */
  readonly parameters: readonly string[];
  /** The options with a value that were given. */
  readonly texts: Readonly<Partial<Record<TextName, string>>>;
  /** The options without a value that were given. */
  readonly flags: ReadonlySet<FlagName>;
  /** The process it runs in. */
  readonly io: CommandIo;
  /** For long work: how far it has come. */
  readonly progress: Progress;
}

/** What a command answers. */
export interface Outcome {
  /** For programs; instants are text. */
  readonly json: unknown;
  /** For people; whole lines. */
  readonly text: string;
  /** True: it did its work and found something that is not fit for production. */
  readonly isUnsafe?: boolean;
}
