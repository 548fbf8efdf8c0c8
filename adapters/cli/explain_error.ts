import { type ErrorCode, isUserHarborError } from "@userharbor/core";
import { CommandError } from "./command_error.ts";

/** What is told of an error. */
export interface ExplainedError {
  /** Stable, snake_case. */
  readonly code: string;
  /** One line. */
  readonly message: string;
}

/** What to do about a refusal whose message does not say it. */
const REMEDIES: Readonly<Partial<Record<ErrorCode, string>>> = {
  unknown_user: '"userharbor users list" shows who there is',
  unknown_role: '"userharbor roles list" shows which there are',
  username_taken: '"userharbor users list" shows who has it',
};

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
    const remedy = REMEDIES[error.code] === undefined ? "" : `; ${REMEDIES[error.code]}`;
    return { code: error.code, message: inOneLine(`${error.message}${reason}${remedy}`) };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "failed", message: inOneLine(message) };
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
