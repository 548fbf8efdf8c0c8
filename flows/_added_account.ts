import { UserHarborError } from "../errors.ts";
import type { CreateUserRequest, User, UserStore } from "../interfaces.ts";
import { canonicalEmail } from "../primitives/canonical_email.ts";
import { changeTogether } from "./_change.ts";
import { removeLapsed, requireFreeUsername, requireUsernameKey, takeUsername } from "./_chosen_username.ts";
import { refuseGoneUser } from "./_grant_names.ts";
import type { Harbor } from "./_harbor.ts";
import type { PlannedMail } from "./_mail.ts";
import type { OperationTrace } from "./_operation_trace.ts";

/** What trusted code calls an account, and where it is reached. */
export interface NamedAccount {
  readonly username: string;
  readonly email: string;
  /** Whether the application knows that the address is theirs. */
  readonly verified?: boolean;
}

/** An account that was made. */
export interface AddedAccount<U extends User = User> {
  /** As the store has it. */
  readonly user: U;
}

/** A name and an address in their one form. */
export interface AccountNames {
  readonly username: string;
  readonly usernameKey: string;
  readonly email: string;
  readonly verified: boolean;
}

/**
 * Brings the name and the address of a new account into their one form.
 *
 * @throws {UserHarborError} `invalid_username`, `invalid_email`
 * @throws {TypeError} when `verified` is no boolean: a word in its place must not make an address somebody's
 */
export async function requireAccountNames(
  harbor: Harbor,
  { username, email: address, verified = false }: NamedAccount,
): Promise<AccountNames> {
  if (typeof verified !== "boolean") throw new TypeError("verified must be a boolean");
  const usernameKey = await requireUsernameKey(harbor, username);
  const email = canonicalEmail(address);
  if (email === null) {
    throw new UserHarborError("invalid_email", "Cannot create the account: this is not an e-mail address");
  }
  return { username, usernameKey, email, verified };
}

/**
 * Refuses with `username_taken` or `email_taken` what somebody has.
 *
 * @returns who had the name and the address, and has lapsed or only holds the address unverified
 */
export async function requireFreeNames(
  harbor: Harbor,
  { usernameKey, email }: AccountNames,
): Promise<readonly (User | null)[]> {
  const { store } = harbor;
  const namesake = await store.getUserByUsername(usernameKey);
  requireFreeUsername(harbor, namesake);
  const holder = await store.getUserByEmail(email);
  if (holder?.verified) {
    throw new UserHarborError(
      "email_taken",
      "Cannot create the account: a verified account holds the address",
    );
  }
  return [namesake, holder];
}

interface Addition<U extends User> {
  readonly names: AccountNames;
  /** As {@link requireFreeNames} answers. */
  readonly earlier: readonly (User | null)[];
  readonly account: Omit<CreateUserRequest, keyof AccountNames | "id">;
  readonly trace: OperationTrace;
  /** Writes what else the account begins with. */
  readonly alsoWrite?: (tx: UserStore<U>, added: Pick<User, "id" | "username">) => Promise<void>;
  /** What its owner is mailed. */
  readonly mails?: (user: U) => readonly PlannedMail[];
}

/**
 * Stores an account with all that it begins with, or nothing of it.
 *
 * @returns the account as the store has it
 * @throws {UserHarborError} `username_taken`, `email_taken`
 */
export async function addAccount<U extends User>(
  harbor: Harbor<U>,
  { names, earlier, account, trace, alsoWrite = async () => {}, mails = () => [] }: Addition<U>,
): Promise<U> {
  for (const account of earlier) await removeLapsed(harbor, { account, context: trace.context });
  const { username, usernameKey, email, verified } = names;
  const request = { ...account, id: crypto.randomUUID(), username, usernameKey, email };
  return await takeUsername(() =>
    changeTogether(harbor, {
      trace,
      mails,
      work: async (tx) => {
        await tx.createUser(request);
        trace.about(request);
        if (verified && !await tx.setUserVerified(username, email, { userId: request.id })) {
          refuseGoneUser(trace);
        }
        await alsoWrite(tx, request);
        return await tx.getUserByUsername(usernameKey) ?? refuseGoneUser(trace);
      },
    })
  );
}
