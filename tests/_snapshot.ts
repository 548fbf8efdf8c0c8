import type { CreateUserRequest, NewSession, UserStore } from "../mod.ts";
import type { StoreCall } from "./_intercept_store.ts";

/** All that can be read of the names, addresses and token hashes that earlier calls spoke of. */
export async function snapshot(store: UserStore, calls: readonly StoreCall[]): Promise<unknown> {
  const accounts = calls.filter(({ method }) => method === "createUser").map(({ args }) =>
    args[0] as CreateUserRequest
  );
  const hashes = new Set(calls.flatMap(({ args }) => args.flatMap(tokenHashes)));
  const roles = await store.listRoles();
  return {
    accounts: await each(accounts, async ({ username, usernameKey = username }) => ({
      user: await store.getUserByUsername(usernameKey),
      passwordHash: await store.getPasswordHash(username),
      roles: await store.getUserRoles(username),
    })),
    holders: await each(accounts, ({ email }) => store.getUserByEmail(email)),
    tokens: await each(hashes, async (hash) => ({
      verification: await store.getEmailVerification(hash),
      session: await store.getSession(hash),
      reset: await store.getPasswordReset(hash),
    })),
    roles: await each(roles, async (role) => ({ role, permissions: await store.getRolePermissions(role) })),
    permissions: await store.listPermissions(),
  };
}

async function each<Item, Result>(
  items: Iterable<Item>,
  read: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await read(item));
  return results;
}

function tokenHashes(value: unknown): readonly string[] {
  if (typeof value === "string") return /^[0-9a-f]{64}$/.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  const { tokenHash, verificationTokenHash } = value as Partial<NewSession & CreateUserRequest>;
  return [tokenHash, verificationTokenHash].filter((hash) => hash !== undefined);
}
