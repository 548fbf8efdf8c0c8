import type { User } from "../interfaces.ts";
import { addAccount, type AddedAccount, requireAccountNames, requireFreeNames } from "./_added_account.ts";
import type { Call, Harbor } from "./_harbor.ts";

/** An account as another system kept it. */
export interface ImportUserInput {
  /** Judged as at registration. */
  readonly username: string;
  /** Where mail to the person goes. */
  readonly email: string;
  /** As the other system stored it: 1 to 512 printable ASCII characters that the password hasher can verify. */
  readonly passwordHash: string;
  /** Whether the other system proved that the address is theirs. Default: false. */
  readonly verified?: boolean;
  /** When a verified account was made. Default, and always for an unverified one: now. */
  readonly createdAt?: Date;
}

/** What every store has room for; no hash of any algorithm is as long, or anything but printable ASCII. */
const PASSWORD_HASH = /^[\x20-\x7e]{1,512}$/;

/**
 * Takes over an account with the hash of its password, which the next login replaces by one of today.
 *
 * No mail is sent. An unverified account has its time to verify from now on, however old it is, or it would have
 * lapsed as it comes.
 *
 * @throws {UserHarborError} `invalid_username`, `invalid_email`, `username_taken`, `email_taken`
 * @throws {TypeError} when `passwordHash`, `verified` or `createdAt` has the wrong type
 * @throws {RangeError} when `passwordHash` is no hash, or `createdAt` no instant
 * @see {@link https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html | OWASP}
 */
export async function importUser<U extends User>(
  harbor: Harbor<U>,
  { input, trace }: Call<ImportUserInput>,
): Promise<AddedAccount<U>> {
  const passwordHash = requirePasswordHash(input.passwordHash);
  const madeAt = requireInstant(input.createdAt);
  const names = await requireAccountNames(harbor, input);
  const earlier = await requireFreeNames(harbor, names);
  const createdAt = names.verified && madeAt !== undefined ? madeAt : harbor.clock();
  return { user: await addAccount(harbor, { names, earlier, account: { passwordHash, createdAt }, trace }) };
}

/** Says nothing of the hash: messages end up in logs. */
function requirePasswordHash(passwordHash: unknown): string {
  if (typeof passwordHash !== "string") throw new TypeError("passwordHash must be a string");
  if (!PASSWORD_HASH.test(passwordHash)) {
    throw new RangeError("passwordHash must have 1 to 512 printable ASCII characters");
  }
  return passwordHash;
}

function requireInstant(createdAt: unknown): Date | undefined {
  if (createdAt === undefined) return undefined;
  if (!(createdAt instanceof Date)) throw new TypeError("createdAt must be a Date");
  if (Number.isNaN(createdAt.getTime())) throw new RangeError("createdAt must be an instant");
  // The caller may go on with the Date, row after row.
  return new Date(createdAt);
}
