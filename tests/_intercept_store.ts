import type { UserStore } from "../mod.ts";

/** The methods of the port. */
export type StoreMethod = Exclude<keyof UserStore, "transactions">;

/** One call of a store, as its caller made it. */
export interface StoreCall {
  readonly method: StoreMethod;
  readonly args: readonly unknown[];
  /** Whether it goes through the handle of a transaction. */
  readonly inTransaction: boolean;
}

/** What happens around a call; `proceed` makes it. */
export type Around = (call: StoreCall, proceed: () => Promise<unknown>) => Promise<unknown>;

type Method = (...args: unknown[]) => Promise<unknown>;

/** A store whose every call, those of a transaction's handle included, goes through `around`. */
export function interceptStore(store: UserStore, around: Around): UserStore {
  return wrap(store, { around, inTransaction: false });
}

function wrap(
  store: UserStore,
  wrapping: { readonly around: Around; readonly inTransaction: boolean },
): UserStore {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      const method = name as StoreMethod;
      return (...args: unknown[]) => {
        const { around, inTransaction } = wrapping;
        const given = method === "transaction" ? [wrapWork(args[0] as Work, around)] : args;
        return around({ method, args, inTransaction }, () => (member as Method).apply(target, given));
      };
    },
  });
}

type Work = (handle: UserStore) => Promise<unknown>;

function wrapWork(work: Work, around: Around): Work {
  return (handle) => work(wrap(handle, { around, inTransaction: true }));
}

const READS: ReadonlySet<StoreMethod> = new Set<StoreMethod>([
  "getUserByUsername",
  "getUserByEmail",
  "listUsers",
  "getPasswordHash",
  "getEmailVerification",
  "getSession",
  "listSessions",
  "getPasswordReset",
  "roleExists",
  "listRoles",
  "getUserRoles",
  "permissionExists",
  "listPermissions",
  "diagnose",
  "getRolePermissions",
  "getUserPermissions",
]);

/** Whether a call may change something. */
export function isWrite({ method }: StoreCall): boolean {
  return !READS.has(method);
}

/** Makes the writes of earlier calls again, on another store; tells what each answered. */
export async function replay(calls: readonly StoreCall[], store: UserStore): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const call of calls) {
    if (!isWrite(call) || call.method === "transaction") continue;
    answers.push(await (store[call.method] as Method).apply(store, [...call.args]));
  }
  return answers;
}
