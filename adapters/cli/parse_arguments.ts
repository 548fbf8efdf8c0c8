import { parseArgs } from "node:util";
import { closestName } from "./closest_name.ts";
import { refuseUsage } from "./command_error.ts";
import { type FlagName, isOptionName, OPTION_TABLE, takesValue, type TextName } from "./option_table.ts";

/** What somebody typed, in parts. */
export interface ParsedArguments {
  /** Whatever is no option: the command, and what follows it. */
  readonly words: readonly string[];
  /** The options with a value. */
  readonly texts: Readonly<Partial<Record<TextName, string>>>;
  /** The options without. */
  readonly flags: ReadonlySet<FlagName>;
}

const NAMES = Object.keys(OPTION_TABLE).filter(isOptionName);

const OPTIONS = Object.fromEntries(
  NAMES.map((name) => [name, {
    type: takesValue(name) ? "string" as const : "boolean" as const,
    ...(name === "help" ? { short: "h" } : {}),
  }]),
);

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/**
 * Takes a command line apart.
 *
 * @param args what follows the name of the program
 * @returns the parts; whether they belong together is the command's to say
 * @throws {CommandError} `usage` for an option that does not exist, lacks its value or is given twice
 */
export function parseArguments(args: readonly string[]): ParsedArguments {
  // Not strict: the built-in refusals come in several lines, and propose what is not meant.
  const { tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const texts: Partial<Record<TextName, string>> = {};
  const flags = new Set<FlagName>();
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const { name } = token;
    if (!isOptionName(name)) return refuseUnknown(token.rawName);
    if (takesValue(name)) {
      if (texts[name] !== undefined) refuseUsage(`--${name} is given twice`);
      texts[name] = valueOf(token);
    } else {
      if (token.value !== undefined) refuseUsage(`--${name} takes no value`);
      flags.add(name);
    }
  }
  return { words, texts, flags };
}

function valueOf({ name, value, inlineValue }: OptionToken): string {
  // "--database --json" is a forgotten value sooner than a file of that name.
  if (!value || (!inlineValue && value.startsWith("-"))) return refuseUsage(`--${name} needs a value`);
  return value;
}

function refuseUnknown(rawName: string): never {
  const meant = closestName(rawName.replace(/^-+/, ""), NAMES);
  return refuseUsage(`${rawName} is no option${meant === null ? "" : `: did you mean --${meant}?`}`);
}
