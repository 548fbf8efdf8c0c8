/** What is said of an option in the help. */
interface OptionText {
  /** What its value is, if it takes one. */
  readonly value?: string;
  /** What it does. */
  readonly description: string;
}

/** An option that is followed by a value. */
export type TextName =
  | "database"
  | "starts-with"
  | "limit"
  | "cursor"
  | "unverified-ttl-seconds"
  | "session-client-retention-seconds";

/** An option that is there or not. */
export type FlagName = "verified" | "password-stdin" | "yes" | "json" | "help" | "version";

/** Any option. */
export type OptionName = TextName | FlagName;

const TEXTS: Readonly<Record<TextName, OptionText>> = {
  "database": {
    value: "path",
    description: "the database: the path of a SQLite file; otherwise USERHARBOR_DATABASE",
  },
  "starts-with": { value: "text", description: "only accounts whose name or address starts with this" },
  "limit": { value: "number", description: "at most this many, from 1 to 500; otherwise 50" },
  "cursor": { value: "text", description: "go on where the page before ended: what it named as the next" },
  "unverified-ttl-seconds": {
    value: "number",
    description: "accounts that were never verified go after this long, too",
  },
  "session-client-retention-seconds": {
    value: "number",
    description: "sessions forget where they were opened after this long",
  },
};

const FLAGS: Readonly<Record<FlagName, OptionText>> = {
  "verified": { description: "the address is known to be the person's" },
  "password-stdin": { description: "the password is the one line that is piped in" },
  "yes": { description: "do it: what is removed does not come back" },
  "json": { description: "answer in JSON, with nothing else on standard output" },
  "help": { description: "say how it is used" },
  "version": { description: "say which version this is" },
};

/** Every option, whichever command takes it: one name means one thing. */
export const OPTION_TABLE: Readonly<Record<OptionName, OptionText>> = { ...TEXTS, ...FLAGS };

/** What every command takes. */
export const COMMON_OPTIONS: readonly OptionName[] = ["database", "json", "help"];

/** Whether an option is followed by a value. */
export function takesValue(name: OptionName): name is TextName {
  return Object.hasOwn(TEXTS, name);
}

/** Whether there is such an option. */
export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTION_TABLE, name);
}
