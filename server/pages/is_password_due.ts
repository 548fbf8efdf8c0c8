import { isUserHarborError } from "@userharbor/core";

/**
 * Whether the harbor refused because another password is demanded: the session is good for setting one.
 *
 * @param error what was caught
 */
export function isPasswordDue(error: unknown): boolean {
  return isUserHarborError(error) && error.code === "password_change_required";
}
