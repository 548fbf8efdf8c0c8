import type { RequestContext } from "../events.ts";
import type { User } from "../interfaces.ts";
import { clientNetwork } from "../primitives/client_network.ts";
import { budgetOf, requireAttempt } from "./_attempts.ts";
import type { Harbor } from "./_harbor.ts";
import type { AttemptLimitName } from "./_throttle_limits.ts";
import type { Budget } from "./_throttling.ts";

/** Everybody whose address is not known: without it nobody gets a budget of their own, and nobody goes uncounted. */
const UNKNOWN_CLIENT = "unknown";

interface ClientLimit {
  readonly limit: Extract<AttemptLimitName, `${string}PerClient`>;
  readonly context: RequestContext | undefined;
}

/** The budget of the network that a call came from. */
export function clientBudget<U extends User>(
  harbor: Harbor<U>,
  { limit, context }: ClientLimit,
): Budget | null {
  return budgetOf(harbor, { limit, owner: clientNetwork(context?.address) ?? UNKNOWN_CLIENT });
}

/**
 * Counts a call for the client that makes it, whoever it is about.
 *
 * @throws {UserHarborError} `rate_limited`
 */
export async function requireClientAttempt<U extends User>(
  harbor: Harbor<U>,
  { limit, context }: ClientLimit,
): Promise<void> {
  await requireAttempt(harbor, { budget: clientBudget(harbor, { limit, context }), at: harbor.clock() });
}
