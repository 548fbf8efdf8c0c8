import { isUserHarborError } from "@userharbor/core";

/** Whether a caught value says that the session is unknown or has ended. */
export function isSessionRefusal(error: unknown): boolean {
  return isUserHarborError(error) && error.code === "invalid_session_token";
}
