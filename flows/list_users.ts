import type { User } from "../interfaces.ts";
import { canonicalUsername } from "../primitives/canonical_username.ts";
import { canonicalPrefix } from "../primitives/canonical_prefix.ts";
import { decodeCursor, encodeCursor } from "../primitives/cursor.ts";
import { requireWholeNumber } from "../primitives/require_whole_number.ts";
import { isLapsed } from "./_accounts.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { requireStoreMethod } from "./_optional_store.ts";

/** Which accounts to list. */
export interface ListUsersInput {
  /** What the username or the address starts with, in any case. Default: all accounts. */
  readonly startsWith?: string;
  /** Where the last page ended: its `nextCursor`. Default: the first page. */
  readonly cursor?: string;
  /** At most this many, 500 at the most. Default: 50. */
  readonly limit?: number;
}

/** Some accounts, in the order of their names. */
export interface UserPage<U extends User = User> {
  /** In the store's own type. A page may have fewer than were asked for: lapsed accounts are left out. */
  readonly users: readonly U[];
  /** Begins the next page; null: there is none. */
  readonly nextCursor: string | null;
}

/** What fits on a screen of an administrator. */
const DEFAULT_LIMIT = 50;

/** So that no page holds up whoever else waits for the database. */
const MAX_LIMIT = 500;

/**
 * One page of accounts, in the order of their canonical names by code point.
 *
 * An account that is there all the time is on exactly one page, whoever comes and goes meanwhile.
 *
 * @throws {TypeError} when an input has the wrong type, or the store has no `listUsers`
 * @throws {RangeError} when `limit` is out of range, or `cursor` is none that an earlier page gave
 */
export async function listUsers<U extends User>(
  harbor: Harbor<U>,
  { input: { startsWith, cursor, limit = DEFAULT_LIMIT } }: Call<ListUsersInput>,
): Promise<UserPage<U>> {
  const { store } = harbor;
  const read = requireStoreMethod(store, "listUsers");
  requireWholeNumber({ limit }, { to: MAX_LIMIT });
  const after = cursor === undefined ? {} : { afterUsernameKey: decodeCursor(cursor) };
  const prefix = startsWith === undefined ? "" : canonicalPrefix(startsWith);
  if (prefix === null) return { users: [], nextCursor: null };
  const filter = prefix === "" ? {} : { startsWith: prefix };
  // One more than asked for tells whether there is a next page.
  const found = await read.call(store, { ...filter, ...after, limit: limit + 1 });
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    users: page.filter((user) => !isLapsed(harbor, user)),
    nextCursor: last === undefined ? null : encodeCursor(usernameKeyOf(last)),
  };
}

/** A peer that writes to the same tables may have names that are none here; it keeps them in lower case. */
function usernameKeyOf({ username }: User): string {
  return canonicalUsername(username) ?? username.toLowerCase();
}
