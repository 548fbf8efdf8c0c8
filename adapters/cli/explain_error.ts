import { isUserHarborError } from "@userharbor/core";
import { CommandError } from "./command_error.ts";

/** What is told of an error. */
export interface ExplainedError {
  /** Stable, snake_case. */
  readonly code: string;
  /** One line. */
  readonly message: string;
}

/**
 * Says in one line why a command ended.
 *
 * @param error whatever it was
 * @returns `failed` as the code of what is neither ours nor the harbor's, such as an error of the database
 */
export function explainError(error: unknown): ExplainedError {
  if (error instanceof CommandError) return { code: error.code, message: inOneLine(error.message) };
  if (isUserHarborError(error)) {
    const reason = error.reason === undefined ? "" : ` (${error.reason})`;
    return { code: error.code, message: inOneLine(`${error.message}${reason}`) };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "failed", message: inOneLine(message) };
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
