import type { User } from "../interfaces.ts";
import { canonicalEmail } from "../primitives/canonical_email.ts";
import { canonicalUsername } from "../primitives/canonical_username.ts";
import { endingOfAttempt, requireAttempt, takeAttempt } from "./_attempts.ts";
import type { Harbor } from "./_harbor.ts";
import type { Budget } from "./_throttling.ts";

/** What somebody typed to say who they are, and when. */
export interface TypedName {
  /** One for all spellings that the same look-up is made with. */
  readonly key: string;
  /** One instant for every budget, so that a pause that is not told is over once the one that is told is. */
  readonly at: Date;
}

/** A day: what was typed is forgotten then, for most of it is nobody's name. */
const TYPED_NAME_WINDOW_SECONDS = 86_400;

/** A hundred years: failures in a row are counted until a success, or a reset, ends the row. */
const ACCOUNT_WINDOW_SECONDS = 3_155_760_000;

/** Of what was typed only pauses are told: an end to it would tell that an account has come to its end. */
const PAUSES_ALONE = 2_147_483_647;

/** What somebody types now; an address is told by its `@`, as where it is looked up. */
export function typedName<U extends User>({ clock }: Harbor<U>, name: string): TypedName {
  return { key: keyOf(name), at: clock() };
}

/** The budget of what was typed, the same whether or not it is anybody's name. */
export function typedNameBudget<U extends User>(harbor: Harbor<U>, key: string): Budget | null {
  const windowSeconds = TYPED_NAME_WINDOW_SECONDS;
  return passwordBudget(harbor, { owner: `typed:${key}`, windowSeconds, limit: PAUSES_ALONE });
}

interface PasswordAttempt<Result> {
  /** Null: there is no such account, and the throttle must have the same to do. */
  readonly user: User | null;
  /** Absent: a live session says who it is, and a refusal has nothing to hide. */
  readonly typed: TypedName | undefined;
  /** Verifies the password, unless it is told that nothing may be verified. */
  readonly work: (mayVerify: boolean) => Promise<Result>;
}

/**
 * Counts an attempt at the password of an account before it is verified, whatever name the account was called by and
 * whatever the password is for. A success, or a refusal after the password matched, ends the row of failures.
 *
 * @throws {UserHarborError} `rate_limited` to a live session alone: whoever types a name learns nothing about it here
 */
export async function withinPasswordAttempts<Result, U extends User>(
  harbor: Harbor<U>,
  { user, typed, work }: PasswordAttempt<Result>,
): Promise<Result> {
  const budget = user === null ? decoyBudget(harbor, typed?.key ?? "") : accountBudget(harbor, user);
  const attempt = typed === undefined
    ? await requireAttempt(harbor, { budget, at: harbor.clock() })
    : await takeAttempt(harbor, { budget, at: typed.at });
  let result: Result;
  try {
    result = await work(attempt.retryAt === null);
  } catch (error) {
    const ending = endingOfAttempt(error);
    if (ending === "not_served") await attempt.giveBack();
    if (ending === "refused") await attempt.forgetAll();
    throw error;
  }
  await attempt.forgetAll();
  return result;
}

function accountBudget<U extends User>(harbor: Harbor<U>, { id }: Pick<User, "id">): Budget | null {
  return passwordBudget(harbor, { owner: `account:${id}`, windowSeconds: ACCOUNT_WINDOW_SECONDS });
}

/** Stands in for an account's budget where there is no account, so that the throttle has the same to do. */
function decoyBudget<U extends User>(harbor: Harbor<U>, key: string): Budget | null {
  return passwordBudget(harbor, { owner: `nobody:${key}`, windowSeconds: TYPED_NAME_WINDOW_SECONDS });
}

/** Null: passwords are not limited. */
function passwordBudget<U extends User>(
  { throttling }: Harbor<U>,
  budget: Pick<Budget, "owner" | "windowSeconds"> & Partial<Budget>,
): Budget | null {
  const limits = throttling?.limits.passwordAttempts ?? null;
  if (limits === null) return null;
  const { maxConsecutive: limit, ...backoff } = limits;
  return { name: "passwordAttempts", limit, backoff, ...budget };
}

/** Ends every row of failures of an account, under its id and under what people type for it. */
export async function forgetPasswordAttempts<U extends User>(
  harbor: Harbor<U>,
  { id, username, email }: User,
): Promise<void> {
  const { throttling } = harbor;
  if (throttling === null) return;
  const names = [username, email].map((name) => typedNameBudget(harbor, keyOf(name)));
  for (const budget of [accountBudget(harbor, { id }), ...names]) {
    if (budget !== null) await throttling.forget(budget);
  }
}

function keyOf(name: string): string {
  return (name.includes("@") ? canonicalEmail(name) : canonicalUsername(name)) ?? name;
}
