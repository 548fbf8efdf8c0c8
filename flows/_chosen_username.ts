import { UserHarborError } from "../errors.ts";
import type { RequestContext } from "../events.ts";
import type { User } from "../interfaces.ts";
import { canonicalUsername } from "../primitives/canonical_username.ts";
import { isRefusal } from "../primitives/is_refusal.ts";
import { isLapsed } from "./_accounts.ts";
import { change } from "./_change.ts";
import type { Harbor } from "./_harbor.ts";
import { OperationTrace } from "./_operation_trace.ts";

/** The key of a username that a person chose; refuses with `invalid_username` one that nobody may have. */
export async function requireUsernameKey({ usernameValidator }: Harbor, username: string): Promise<string> {
  const usernameKey = canonicalUsername(username);
  if (usernameKey === null || await usernameValidator(username) !== true) {
    throw new UserHarborError("invalid_username", "Cannot take the username: it is not allowed");
  }
  return usernameKey;
}

/** Refuses with `username_taken` a name whose bearer has not lapsed. */
export function requireFreeUsername(harbor: Harbor, namesake: User | null): void {
  if (namesake !== null && !isLapsed(harbor, namesake)) refuseUsername();
}

interface EarlierAccount {
  /** Null: there was none. */
  readonly account: User | null;
  readonly context: RequestContext | undefined;
}

/**
 * Removes an account that has lapsed, so that its name and address are free; one verified meanwhile stays.
 *
 * It is a change of its own, to another account than that of whoever asked.
 */
export async function removeLapsed(harbor: Harbor, { account, context }: EarlierAccount): Promise<void> {
  if (account === null || !isLapsed(harbor, account)) return;
  const trace = new OperationTrace("purge_expired", context);
  const { id: userId, username } = trace.about(account);
  trace.because("account_lapsed");
  await change(harbor, { trace, work: (store) => store.deleteUser(username, { userId, verified: false }) });
}

/** Refuses with `username_taken` where the store does: somebody took the name since it was looked up. */
export async function takeUsername<Result>(take: () => Promise<Result>): Promise<Result> {
  try {
    return await take();
  } catch (error) {
    if (isRefusal(error, "username_taken")) refuseUsername();
    throw error;
  }
}

function refuseUsername(): never {
  throw new UserHarborError("username_taken", "Cannot take the username: it is taken");
}
