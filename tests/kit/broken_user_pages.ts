import type { ListUsersRequest, User, UserStore } from "@userharbor/core";
import { MemoryUserStore } from "@userharbor/memory";
import { type BrokenStore, mistaken } from "./_mistaken.ts";

/** Stores that are wrong about pages of accounts. */
export const brokenUserPages: readonly BrokenStore[] = [
  {
    name: "listUsers() gives the order in which accounts were stored",
    mistake: "no ORDER BY",
    caughtBy: "listUsers() gives the order of the canonical names by code point",
    open: () => {
      const stored: string[] = [];
      return mistaken((store) => ({
        createUser: async (request) => {
          await store.createUser(request);
          stored.push(request.username);
        },
        listUsers: async (request) => {
          const users = await list(store, request);
          return users.toSorted((one, other) =>
            stored.indexOf(one.username) - stored.indexOf(other.username)
          );
        },
      }));
    },
  },
  {
    name: "listUsers() orders by halves of surrogate pairs",
    mistake: "the order of JavaScript's strings",
    caughtBy: "listUsers() gives the order of the canonical names by code point",
    open: () => listing((users) => users.toSorted((one, other) => one.username < other.username ? -1 : 1)),
  },
  {
    name: "listUsers() orders as people do",
    mistake: "the database's collation",
    caughtBy: "listUsers() gives the order of the canonical names by code point",
    open: () =>
      listing((users) => users.toSorted((one, other) => one.username.localeCompare(other.username, "en"))),
  },
  {
    name: "listUsers() begins a page with the last of the one before",
    mistake: ">= for >",
    caughtBy: "listUsers() in pages gives every account once",
    open: () =>
      mistaken((store) => ({
        listUsers: async (request) => {
          const last = await store.getUserByUsername(request.afterUsernameKey ?? "");
          return [...last === null ? [] : [last], ...await list(store, request)].slice(0, request.limit);
        },
      })),
  },
  {
    name: "listUsers() goes on by position",
    mistake: "OFFSET, which skips somebody for each account that is removed meanwhile",
    caughtBy: "listUsers() goes on after a name that is gone, and skips nobody",
    open: () => {
      let offset = 0;
      return mistaken((store) => ({
        listUsers: async ({ afterUsernameKey, limit, ...request }) => {
          offset = afterUsernameKey === undefined ? 0 : offset;
          const page = (await list(store, { ...request, limit: 1000 })).slice(offset, offset + limit);
          offset += page.length;
          return page;
        },
      }));
    },
  },
  {
    name: "listUsers() takes a limit of 0 for none",
    mistake: "what some engines do",
    caughtBy: "listUsers() gives at most so many, also none",
    open: () =>
      mistaken((store) => ({
        listUsers: (request) => list(store, { ...request, limit: request.limit || 1000 }),
      })),
  },
  {
    name: "listUsers() hides accounts that are not verified",
    mistake: "the store decides who counts",
    caughtBy: "listUsers() gives each account as getUserByUsername() does, whatever its state",
    open: () => listing((users) => users.filter(({ verified }) => verified)),
  },
  {
    name: "listUsers() forgets when accounts were made",
    mistake: "a column that was left out",
    caughtBy: "listUsers() gives each account as getUserByUsername() does, whatever its state",
    open: () => listing((users) => users.map(({ createdAt: _, ...user }) => user)),
  },
  {
    name: "listUsers() searches for spellings",
    mistake: "a WHERE over the wrong one of two columns",
    caughtBy: "listUsers() goes by the canonical name, not by the spelling",
    open: () =>
      searching(({ username, email }, startsWith) =>
        username.startsWith(startsWith) || email.startsWith(startsWith)
      ),
  },
  {
    name: "listUsers() searches by LIKE",
    mistake: "% and _ in what is searched for stand for anything",
    caughtBy: "listUsers() takes what it searches for as it is: no wildcards, no patterns",
    open: () =>
      searching(({ username, email }, startsWith) => {
        const escaped = startsWith.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
        const like = new RegExp(`^${escaped.replaceAll("%", ".*").replaceAll("_", ".")}`, "su");
        return like.test(username) || like.test(email);
      }),
  },
  {
    name: "listUsers() searches without case",
    mistake: "LIKE of SQLite, or a collation",
    caughtBy: "listUsers() finds whose canonical name starts so",
    open: () =>
      searching((user, startsWith) =>
        [user.username, user.email].some((text) => text.toLowerCase().startsWith(startsWith.toLowerCase()))
      ),
  },
  {
    name: "listUsers() finds what is searched for anywhere in a name",
    mistake: "a pattern that begins with %",
    caughtBy: "listUsers() finds whose canonical name starts so",
    open: () =>
      searching(({ username, email }, startsWith) =>
        username.includes(startsWith) || email.startsWith(startsWith)
      ),
  },
  {
    name: "listUsers() searches names alone",
    mistake: "half of the condition",
    caughtBy: "listUsers() finds whose held address starts so",
    open: () => searching(({ username }, startsWith) => username.startsWith(startsWith)),
  },
  {
    name: "listUsers() gives twice who is met by name and by address",
    mistake: "UNION ALL",
    caughtBy: "listUsers() gives once who is met by name and by address",
    open: () =>
      mistaken((store) => ({
        listUsers: async (request) => {
          const { startsWith } = request;
          const twice = ({ username, email }: User): boolean =>
            startsWith !== undefined && username.startsWith(startsWith) && email.startsWith(startsWith);
          return (await list(store, request)).flatMap((user) => twice(user) ? [user, user] : [user]);
        },
      })),
  },
  {
    name: "listUsers() finds by an address that somebody else holds",
    mistake: "a search in what `User.email` shows",
    caughtBy: "listUsers() never finds anybody by an address that somebody else holds",
    open: () =>
      searching(({ username, email }, startsWith) =>
        username.startsWith(startsWith) || email.startsWith(startsWith)
      ),
  },
  {
    name: "listUsers() finds by the placeholder of an address that is not held",
    mistake: "a search in the unique column, whatever stands there",
    caughtBy: "listUsers() never finds anybody by what stands for an address that is not held",
    open: () => {
      const placeholders = new Map<string, string>();
      return mistaken((store) => ({
        createUser: async (request) => {
          await store.createUser(request);
          if (request.holdsEmail === false) placeholders.set(request.username, crypto.randomUUID());
        },
        listUsers: async (request) => {
          const { startsWith, ...rest } = request;
          if (startsWith === undefined) return await list(store, request);
          const found = (await list(store, request)).map(({ username }) => username);
          return (await list(store, rest)).filter(({ username }) =>
            found.includes(username) || placeholders.get(username)?.startsWith(startsWith)
          );
        },
      }));
    },
  },
  {
    name: "listUsers() searches in the first page alone",
    mistake: "the condition is applied to what the LIMIT left",
    caughtBy: "listUsers() searches in pages, by name and by address together",
    open: () =>
      mistaken((store) => ({
        listUsers: async (request) => {
          const found = new Set((await list(store, { ...request, limit: 1000 })).map(({ id }) => id));
          const { startsWith: _, ...unsearched } = request;
          return (await list(store, unsearched)).filter(({ id }) => found.has(id));
        },
      })),
  },
  {
    name: "listUsers() compares after decomposing",
    mistake: "a normalising collation",
    caughtBy: "listUsers() compares whole code points of any script",
    open: () =>
      searching(({ username, email }, startsWith) =>
        username.normalize("NFD").startsWith(startsWith.normalize("NFD")) || email.startsWith(startsWith)
      ),
  },
  {
    name: "listUsers() in a transaction gives what was committed",
    mistake: "the statement goes over another connection",
    caughtBy: "listUsers() in a transaction sees the work's own writes",
    open: () => {
      const outer = new MemoryUserStore();
      let committed: readonly User[] = [];
      return mistaken((store) => ({
        transaction: async (work) => {
          committed = await list(store, { limit: 1000 });
          return await outer.transaction((inside) =>
            work(mistaken(() => ({ listUsers: () => Promise.resolve(committed) }), inside))
          );
        },
      }), outer);
    },
  },
];

async function list(store: UserStore, request: ListUsersRequest): Promise<readonly User[]> {
  return await store.listUsers?.(request) ?? [];
}

/** A store that gives each page otherwise. */
function listing(change: (users: readonly User[]) => readonly User[]): UserStore {
  return mistaken((store) => ({ listUsers: async (request) => change(await list(store, request)) }));
}

/** A store that searches in what it shows. */
function searching(isFound: (user: User, startsWith: string) => boolean): UserStore {
  return mistaken((store) => ({
    listUsers: async ({ startsWith, limit, ...request }) => {
      const users = await list(store, { ...request, limit: 1000 });
      return users.filter((user) => startsWith === undefined || isFound(user, startsWith)).slice(0, limit);
    },
  }));
}
