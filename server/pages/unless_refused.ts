import { type ErrorCode, isUserHarborError } from "@userharbor/core";
import { PageRefusal } from "./page_refusal.ts";

/**
 * What an operation answers; null where it is refused with one of these codes.
 *
 * @param operation under way
 * @param codes which refusals the page knows what to do about
 * @throws {PageRefusal} `unavailable` for whatever else it rejects with
 */
export async function unlessRefused<Result>(
  operation: Promise<Result>,
  codes: readonly ErrorCode[],
): Promise<Result | null> {
  try {
    return await operation;
  } catch (error) {
    if (isUserHarborError(error) && codes.includes(error.code)) return null;
    throw new PageRefusal("unavailable", error);
  }
}
