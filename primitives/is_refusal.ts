import { type ErrorCode, isUserHarborError } from "../errors.ts";

/** Whether what was thrown is the refusal with this code. */
export function isRefusal(error: unknown, code: ErrorCode): boolean {
  return isUserHarborError(error) && error.code === code;
}
