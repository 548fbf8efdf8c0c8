import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import {
  type CreateUserRequest,
  isUserHarborError,
  type NewSession,
  type OpenedSession,
  type User,
  type UserGuard,
  UserHarbor,
  type UserStore,
  type UserToken,
} from "../mod.ts";
import { type RecordedEmail, TestClock } from "../testing.ts";
import type { Life } from "./_harness.ts";
import { isWrite, replay, type StoreCall } from "./_intercept_store.ts";
import type { Effect } from "./_interleaving.ts";
import { ordersOf } from "./_orders.ts";
import { addressesIn, namesIn, snapshot } from "./_snapshot.ts";

/** What happened until now. */
export interface History {
  readonly before: Life;
  /** Where it left its traces. */
  readonly store: UserStore;
  /** An empty store of the same kind. */
  readonly open: () => Promise<UserStore>;
  /** How each work ended. */
  readonly results: readonly PromiseSettledResult<unknown>[];
  /** What each work mailed. */
  readonly mails: readonly (readonly RecordedEmail[])[];
  /** What works did to the store, in the order in which it took effect. */
  readonly effects: readonly Effect[];
  /** False where it only seems to be that of `effects`: a server may answer the later call first. */
  readonly isOrderKnown: boolean;
}

/** A token's hash, and what the store was told of it. */
interface Minted {
  readonly kind: "verification" | "reset" | "session";
  readonly tokenHash: string;
  /** Whose it is, as far as the writing call was guarded or made the account. */
  readonly userId: string | undefined;
  /** The hash the password was verified against, if one was. */
  readonly passwordHash: string | undefined;
  /** Whether it ends as it begins: what is stored for a new address that somebody owns, and told nobody. */
  readonly isNobodys: boolean;
}

/** Longer than anything but an owned account lasts. */
const FAR_FUTURE_SECONDS = 200 * 366 * 86_400;

/** What holds after anything, in whatever order it happened: I1 to I6 of the README. */
export class Invariants {
  readonly #history: History;
  readonly #names: ReadonlyMap<string, string>;
  readonly #addresses: ReadonlySet<string>;
  readonly #minted: readonly Minted[];

  constructor(history: History) {
    this.#history = history;
    const calls = [...history.before.calls, ...history.effects.map(({ call }) => call)];
    const names = calls.flatMap(namesIn);
    this.#names = new Map(names.map(({ username, usernameKey }) => [username, usernameKey]));
    this.#addresses = new Set(calls.flatMap(addressesIn));
    this.#minted = calls.flatMap(mintedBy);
  }

  /** Checks what can be read, changing nothing. */
  async check(): Promise<void> {
    const users = await this.#users();
    await this.#checkOwnership(users);
    this.#checkSingleUse();
    await this.#checkReferences(users);
    this.#checkWholeness();
    await this.#checkEffects();
  }

  /** Checks what a purge, a newcomer and a century make of it, after which little is left. */
  async checkLater(): Promise<void> {
    const { before: { clock } } = this.#history;
    const live = await this.#liveHashes(clock.now());
    await this.#purge(clock.now());
    assert.deepEqual(await this.#liveHashes(clock.now()), live, "I6: a purge removed what is live");
    await this.#checkNamesake();
    await this.#checkExpiry(new Date(clock.now().getTime() + FAR_FUTURE_SECONDS * 1000));
  }

  async #users(): Promise<readonly User[]> {
    const { store } = this.#history;
    const users: User[] = [];
    for (const key of new Set(this.#names.values())) {
      const user = await store.getUserByUsername(key);
      if (user !== null) users.push(user);
    }
    return users;
  }

  async #checkOwnership(users: readonly User[]): Promise<void> {
    assert.equal(new Set(users.map(({ id }) => id)).size, users.length, "I1: two names for one account");
    for (const address of this.#addresses) {
      const owners = users.filter(({ email, verified }) => verified && email === address);
      assert.ok(owners.length <= 1, "I1: two owners of one address");
      const holder = await this.#history.store.getUserByEmail(address);
      if (owners[0] !== undefined) assert.equal(holder?.id, owners[0].id, "I1: the owner does not hold it");
      if (holder === null) continue;
      assert.equal(holder.email, address, "I1: the holder has another address");
      assert.ok(users.some(({ id }) => id === holder.id), "I1: the holder is no account");
    }
  }

  #checkSingleUse(): void {
    const spent = new Set<unknown>();
    for (const { call: { method, args }, answer } of this.#history.effects) {
      const spends = method === "removeEmailVerification" || method === "removePasswordReset" ||
        method === "removeSession";
      if (!spends || answer !== true) continue;
      assert.equal(spent.has(args[0]), false, `I2: ${method} was true twice`);
      spent.add(args[0]);
    }
  }

  /** Everything that refers to an account refers to the one it was made for, and to its present password. */
  async #checkReferences(users: readonly User[]): Promise<void> {
    const { store, before: { passwordHasher } } = this.#history;
    for (const { kind, tokenHash, userId, passwordHash } of this.#minted) {
      const found = await this.#find(kind, tokenHash);
      if (found === null) continue;
      const user = users.find(({ username }) => username === found.username);
      assert.ok(user !== undefined, `I4: a ${kind} token refers to a missing account`);
      assert.notEqual(user.disabled, true, `R43: a disabled account has a ${kind} token`);
      if (userId !== undefined) assert.equal(user.id, userId, `I4: a ${kind} token came to somebody else`);
      if (passwordHash === undefined) continue;
      const current = await store.getPasswordHash(user.username) ?? assert.fail("I4: no password hash");
      const [opened, now] = [passwordHash, current].map((hash) => passwordHasher.passwordOf(hash));
      assert.equal(opened, now, "I3: a session outlived the password it was opened with");
    }
  }

  /** A refusal leaves nothing, and every token that was stored was mailed, once. */
  #checkWholeness(): void {
    const { results, effects, mails } = this.#history;
    results.forEach(({ status }, party) => {
      if (status !== "rejected") return;
      const own = effects.filter((effect) => effect.party === party && effect.answer !== false);
      const writes = own.map(({ call }) => call).filter((call) => isWrite(call) && !isAllowedToAnybody(call));
      assert.deepEqual(writes, [], "I5: a refused operation wrote");
      assert.deepEqual(mails[party], [], "I5: a refused operation sent mail");
    });
    const mailed = mails.flat().flatMap(({ token }) => token === undefined ? [] : [sha256(token)]);
    const isTakenBack = (tokenHash: string, by: number) =>
      effects.some(({ party, answer, call: { method, args } }) =>
        party === by && answer === true && method === "removeEmailVerification" && args[0] === tokenHash
      );
    const stored = effects.filter(({ answer }) => answer !== false).flatMap(({ call, party }) =>
      mintedBy(call).filter(({ tokenHash }) => !isTakenBack(tokenHash, party))
    ).filter(({ kind }) => kind !== "session");
    // Whose account goes away or takes another address meanwhile is not told of a reset any more.
    const moved = effects.some(({ call: { method }, answer }) =>
      answer === true && (method === "deleteUser" || method === "setUserVerified")
    );
    const toBeMailed = stored.filter(({ kind, tokenHash, isNobodys }) =>
      !isNobodys && !(moved && kind === "reset" && !mailed.includes(tokenHash))
    ).map(({ tokenHash }) => tokenHash);
    assert.deepEqual(mailed.toSorted(), toBeMailed.toSorted(), "I5: tokens were stored or mailed, not both");
  }

  /** What took effect, one after the other, makes exactly what is there: nothing else did, and nothing got lost. */
  async #checkEffects(): Promise<void> {
    const { effects, isOrderKnown } = this.#history;
    const written = effects.filter(({ call }) => isWrite(call));
    let failure: unknown;
    for (const order of isOrderKnown ? [written] : ordersOf(written)) {
      try {
        return await this.#checkOrder(order);
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  }

  async #checkOrder(written: readonly Effect[]): Promise<void> {
    const { before, store, open } = this.#history;
    const again = await open();
    await replay(before.calls, again);
    const calls = written.map(({ call }) => call);
    assert.deepEqual(await replay(calls, again), written.map(({ answer }) => answer), "I5: answers differ");
    const known = [...before.calls, ...calls];
    assert.deepEqual(await snapshot(store, known), await snapshot(again, known), "I5: something is left");
  }

  async #liveHashes(now: Date): Promise<readonly string[]> {
    const live: string[] = [];
    for (const { kind, tokenHash } of this.#minted) {
      const found = await this.#find(kind, tokenHash);
      if (found !== null && now < found.expiresAt) live.push(tokenHash);
    }
    return live;
  }

  async #purge(now: Date): Promise<void> {
    const harbor = this.#harborAt(now);
    while (await harbor.purgeExpired({ graceSeconds: 0 }) > 0);
  }

  /** Whoever takes a name that is free again inherits nothing. */
  async #checkNamesake(): Promise<void> {
    const { store } = this.#history;
    for (const [username, usernameKey] of this.#names) {
      if (await store.getUserByUsername(usernameKey) !== null) continue;
      const email = `${randomUUID()}@example.net`;
      await store.createUser({ id: randomUUID(), username, usernameKey, email, passwordHash: "$none$" });
      assert.deepEqual(await store.getUserRoles(username), new Set(), "I4: a newcomer inherited roles");
      for (const { kind, tokenHash } of this.#minted) {
        const found = await this.#find(kind, tokenHash);
        assert.notEqual(found?.username, username, `I4: a newcomer inherited a ${kind} token`);
      }
    }
  }

  /** In the end every secret is refused, first as expired and then as purged. */
  async #checkExpiry(now: Date): Promise<void> {
    const harbor = this.#harborAt(now);
    for (const purge of [() => Promise.resolve(), () => this.#purge(now)]) {
      await purge();
      for (const { sessionToken } of this.#opened()) {
        assert.equal(await harbor.verifySession(sessionToken), false, "I6: an expired session opens");
      }
      for (const { token } of [...this.#history.before.mails, ...this.#history.mails.flat()]) {
        if (token === undefined) continue;
        const uses = [
          () => harbor.verifyEmail(token),
          () => harbor.confirmEmailChange(token),
          () => harbor.resetPassword({ resetToken: token, newPassword: "of the far future, for nobody" }),
        ];
        for (const use of uses) await assert.rejects(use, isUserHarborError, "I6: an expired token works");
      }
    }
    for (const { kind, tokenHash } of this.#minted) {
      assert.equal(await this.#find(kind, tokenHash), null, `I6: a dead ${kind} token was not purged`);
    }
  }

  #find(kind: Minted["kind"], tokenHash: string): Promise<UserToken | null> {
    const { store } = this.#history;
    if (kind === "session") return store.getSession(tokenHash);
    return kind === "reset" ? store.getPasswordReset(tokenHash) : store.getEmailVerification(tokenHash);
  }

  #opened(): readonly Pick<OpenedSession, "sessionToken">[] {
    return this.#history.results.flatMap((result) => {
      const value: unknown = result.status === "fulfilled" ? result.value : undefined;
      return value instanceof Object && "sessionToken" in value ? [value as OpenedSession] : [];
    });
  }

  #harborAt(now: Date): UserHarbor {
    const { before: { emailSender, passwordHasher }, store } = this.#history;
    const clock = new TestClock(now).now;
    return new UserHarbor({ store, emailSender, passwordHasher, clock, defer: (work) => void work() });
  }
}

/** Beside its own purpose an operation may move an expiry on, and make room for a newcomer in a lapsed account's. */
function isAllowedToAnybody({ method, args }: StoreCall): boolean {
  return method === "refreshSession" || method === "append" ||
    method === "deleteUser" && (args[1] as UserGuard | undefined)?.verified === false;
}

function mintedBy({ method, args: [record, guard] }: StoreCall): readonly Minted[] {
  const { userId, passwordHash } = (guard ?? {}) as UserGuard;
  if (method === "createUser") {
    const { id, verificationTokenHash: tokenHash } = record as CreateUserRequest;
    return tokenHash === undefined
      ? []
      : [{ kind: "verification", tokenHash, userId: id, passwordHash: undefined, isNobodys: false }];
  }
  const kinds = {
    addSession: "session",
    setPasswordReset: "reset",
    setEmailVerification: "verification",
  } as const;
  if (!(method in kinds)) return [];
  const { tokenHash, createdAt, expiresAt } = record as NewSession;
  const isNobodys = createdAt?.getTime() === expiresAt.getTime();
  return [{ kind: kinds[method as keyof typeof kinds], tokenHash, userId, passwordHash, isNobodys }];
}

function sha256(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
