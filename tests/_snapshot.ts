import type { CreateUserRequest, NewSession, UserRenaming, UserStore } from "../mod.ts";
import type { StoreCall } from "./_intercept_store.ts";

/** All that can be read of the names, addresses and token hashes that earlier calls spoke of. */
export async function snapshot(store: UserStore, calls: readonly StoreCall[]): Promise<unknown> {
  const accounts = calls.flatMap(namesIn);
  const addresses = new Set(calls.flatMap(addressesIn));
  const hashes = new Set(calls.flatMap(({ args }) => args.flatMap(tokenHashes)));
  const roles = await store.listRoles();
  return {
    accounts: await each(accounts, async ({ username, usernameKey }) => ({
      user: await store.getUserByUsername(usernameKey),
      passwordHash: await store.getPasswordHash(username),
      roles: await store.getUserRoles(username),
    })),
    holders: await each(addresses, (email) => store.getUserByEmail(email)),
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

/** The names that a call gives to an account. */
export function namesIn({ method, args }: StoreCall): readonly UserRenaming[] {
  if (method !== "createUser" && method !== "setUsername") return [];
  const { username, usernameKey = username.toLowerCase() } = args[method === "createUser" ? 0 : 1] as
    & Pick<CreateUserRequest, "username" | "usernameKey">
    & Partial<UserRenaming>;
  return [{ username, usernameKey }];
}

/** Every address that a call speaks of. */
export function addressesIn({ args }: StoreCall): readonly string[] {
  return args.flatMap((value) => {
    const address: unknown = value instanceof Object && "email" in value ? value.email : value;
    return typeof address === "string" && address.includes("@") ? [address] : [];
  });
}

function tokenHashes(value: unknown): readonly string[] {
  if (typeof value === "string") return /^[0-9a-f]{64}$/.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  const { tokenHash, verificationTokenHash } = value as Partial<NewSession & CreateUserRequest>;
  return [tokenHash, verificationTokenHash].filter((hash) => hash !== undefined);
}
