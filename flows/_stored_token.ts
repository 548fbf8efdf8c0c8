import type { UserToken } from "../interfaces.ts";
import { isWellFormedToken } from "../primitives/tokens.ts";
import type { Harbor } from "./_harbor.ts";

/**
 * Finds what a token stands for, under the current secret first and under earlier ones on a miss.
 *
 * @returns null for a malformed token, without asking the store; for an unknown one; and for an expired one
 */
export async function findLiveToken<Token extends UserToken>(
  { tokenHasher, clock }: Harbor,
  search: { readonly token: unknown; readonly find: (tokenHash: string) => Promise<Token | null> },
): Promise<Token | null> {
  if (!isWellFormedToken(search.token)) return null;
  for (let generation = 0; generation < tokenHasher.generations; generation++) {
    const found = await search.find(await tokenHasher.hashOfGeneration(search.token, generation));
    if (found !== null) return clock().getTime() < found.expiresAt.getTime() ? found : null;
  }
  return null;
}
