import type { UserToken } from "../interfaces.ts";
import { isWellFormedToken } from "../primitives/tokens.ts";
import type { Harbor } from "./_harbor.ts";
import type { OperationTrace } from "./_operation_trace.ts";

interface TokenSearch<Token> {
  readonly token: unknown;
  readonly find: (tokenHash: string) => Promise<Token | null>;
  readonly trace: OperationTrace;
}

/**
 * Finds what a token stands for, under the current secret first and under earlier ones on a miss.
 *
 * @returns null for a malformed token, without asking the store; for an unknown one; and for an expired one
 */
export async function findLiveToken<Token extends UserToken>(
  { tokenHasher, clock }: Harbor,
  { token, find, trace }: TokenSearch<Token>,
): Promise<Token | null> {
  trace.reason = "malformed_token";
  if (!isWellFormedToken(token)) return null;
  for (let generation = 0; generation < tokenHasher.generations; generation++) {
    const found = await find(await tokenHasher.hashOfGeneration(token, generation));
    if (found === null) continue;
    const isAlive = clock().getTime() < found.expiresAt.getTime();
    trace.reason = isAlive ? undefined : "expired_token";
    return isAlive ? found : null;
  }
  trace.reason = "unknown_token";
  return null;
}
