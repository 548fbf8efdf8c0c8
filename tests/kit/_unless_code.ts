import { isUserHarborError } from "@userharbor/core";

/** Swallows a refusal with this code, as a store does that does not know what happened. */
export function unlessCode(code: string): (error: unknown) => undefined {
  return (error) => {
    if (!isUserHarborError(error) || error.code !== code) throw error;
    return undefined;
  };
}
