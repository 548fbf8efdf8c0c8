import type { DatabaseKind } from "./database.ts";

/** What a command has of the process it runs in, and all that it has. */
export interface CommandIo {
  /** The variables of the environment; an empty one counts as unset. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes what was asked for. */
  readonly stdout: (text: string) => void;
  /** Takes what went wrong and, for a person who watches, how far it has come. */
  readonly stderr: (text: string) => void;
  /** Whether `stderr` is a terminal, so that somebody watches. */
  readonly isWatched: boolean;
  /** Everything that is piped in; asked only for `--password-stdin`. Null: a person types, and what they type shows. */
  readonly stdin: (() => Promise<string>) | null;
  /** Kinds of database beside SQLite files; of two with one scheme the first is taken. Default: none. */
  readonly databases?: readonly DatabaseKind[];
  /** The judge of time. Default: the system's. */
  readonly clock?: () => Date;
}
