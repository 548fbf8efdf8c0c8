import type { User, UserToken } from "../interfaces.ts";
import { isWellFormedToken } from "../primitives/tokens.ts";
import type { Harbor } from "./_harbor.ts";
import type { EventSubject, OperationTrace } from "./_operation_trace.ts";

/** A mailed token, or a session, which comes with its account. */
interface FoundToken extends UserToken {
  readonly user?: User;
}

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
export async function findLiveToken<Token extends FoundToken>(
  { tokenHasher, clock }: Harbor,
  { token, find, trace }: TokenSearch<Token>,
): Promise<Token | null> {
  if (!isWellFormedToken(token)) {
    trace.because("malformed_token");
    return null;
  }
  for (const hash of tokenHasher.hashes) {
    const found = await find(await hash(token));
    if (found === null) continue;
    trace.about(accountOf(found));
    if (clock().getTime() < found.expiresAt.getTime()) return found;
    trace.because("expired_token");
    return null;
  }
  trace.because("unknown_token");
  return null;
}

function accountOf({ user, username }: FoundToken): EventSubject {
  return user ?? { username };
}
