/** What a command ends with when it cannot do what was asked: one line that names the remedy. */
export class CommandError extends Error {
  override readonly name: "CommandError" = "CommandError";
  /** Stable, snake_case; for programs that read `--json`. */
  readonly code: string;

  /**
   * @param code stable, snake_case
   * @param message what could not be done, why, and what to do about it; without secrets
   */
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The code of whatever was asked for in a way that no command understands. */
export const USAGE = "usage";

/** Refuses what no command understands. */
export function refuseUsage(message: string): never {
  throw new CommandError(USAGE, message);
}
