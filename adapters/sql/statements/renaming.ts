import { type UserGuard, UserHarborError, type UserRenaming } from "@userharbor/core";
import type { SqlCall } from "../_calls.ts";
import type { SqlConnection } from "../sql_driver.ts";
import { insertIfAbsent } from "./_insert_if_absent.ts";
import { placeholder } from "./_placeholder.ts";
import { REFERRING_TABLES } from "./_referring_tables.ts";
import { touchUser } from "./_user_row.ts";

/**
 * Writes the new name into the account's own row, while what refers to it is with a stand-in.
 *
 * So foreign keys hold after every statement, as they must where they neither cascade nor wait for the commit, and
 * the row keeps columns of the application's own. The stand-in begins under the new name: an insert tells on every
 * engine, without breaking the transaction, that a unique value is taken, and keeps it from others until the end.
 */
export function setUsername(username: string, renaming: UserRenaming, guard?: UserGuard): SqlCall<boolean> {
  return async (connection) => {
    if (!await touchUser(connection, { ...guard, username })) return false;
    const account = await findAccount(connection, username);
    const isOwnName = renaming.username === username;
    const isOwnKey = renaming.usernameKey === account.usernameKey;
    if (isOwnName && isOwnKey) return true;
    const aside = placeholder();
    await insertStandIn(connection, {
      id: aside,
      username: isOwnName ? aside : renaming.username,
      usernameKey: isOwnKey ? aside : renaming.usernameKey,
    });
    await rename(connection, { id: aside, username: aside, usernameKey: aside });
    await moveReferences(connection, { from: username, to: aside });
    await rename(connection, { ...renaming, id: account.id });
    await moveReferences(connection, { from: aside, to: renaming.username });
    await connection.execute("DELETE FROM userharbor_users WHERE id = ?", [aside]);
    return true;
  };
}

interface NamedRow extends UserRenaming {
  readonly id: string;
}

/** Reads a row that this transaction has just written. */
async function findAccount(
  connection: SqlConnection,
  username: string,
): Promise<{ readonly id: string; readonly usernameKey: string }> {
  const [row] = await connection.query<readonly [id: string, usernameKey: string]>(
    "SELECT id, username_key FROM userharbor_users WHERE username = ?",
    [username],
  );
  if (row === undefined) throw new Error("Cannot rename the account: the row just written is not there");
  return { id: row[0], usernameKey: row[1] };
}

async function insertStandIn(
  connection: SqlConnection,
  { id, username, usernameKey }: NamedRow,
): Promise<void> {
  const inserted = await insertIfAbsent(connection, {
    sql: "INSERT INTO userharbor_users (id, username, username_key, email, password_hash, verified) " +
      "VALUES (?, ?, ?, ?, ?, ?)",
    values: [id, username, usernameKey, id, "", connection.dialect.encodeBoolean(false)],
  });
  if (inserted) return;
  throw new UserHarborError("username_taken", "Cannot rename the account: the username is taken");
}

async function rename(connection: SqlConnection, { id, username, usernameKey }: NamedRow): Promise<void> {
  await connection.execute("UPDATE userharbor_users SET username = ?, username_key = ? WHERE id = ?", [
    username,
    usernameKey,
    id,
  ]);
}

async function moveReferences(
  connection: SqlConnection,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  for (const table of REFERRING_TABLES) {
    await connection.execute(`UPDATE ${table} SET username = ? WHERE username = ?`, [to, from]);
  }
}
