import type { ListUsersRequest, User } from "@userharbor/core";
import { holdsItsEmail } from "./accounts.ts";
import type { Tables } from "./tables.ts";

/**
 * One page of accounts, in the order of their canonical names by code point.
 *
 * @param tables what to read from
 * @param request what the name or the held address starts with, after which name, and at most how many
 * @returns copies of the accounts' public parts
 */
export function listUsers(tables: Tables, request: ListUsersRequest): readonly User[] {
  const { startsWith = "", afterUsernameKey, limit } = request;
  return [...tables.accounts.values()]
    .filter((account) =>
      account.usernameKey.startsWith(startsWith) ||
      (holdsItsEmail(tables, account) && account.user.email.startsWith(startsWith))
    )
    .filter(({ usernameKey }) =>
      afterUsernameKey === undefined || compareCodePoints(usernameKey, afterUsernameKey) > 0
    )
    .sort((one, other) => compareCodePoints(one.usernameKey, other.usernameKey))
    .slice(0, limit)
    .map(({ user }) => structuredClone(user));
}

/** Not `<`: that compares halves of surrogate pairs, and has U+10000 before U+E000, unlike a database. */
function compareCodePoints(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return (one.codePointAt(at) ?? -1) - (other.codePointAt(at) ?? -1);
}
