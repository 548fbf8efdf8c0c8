import { type BrokenStore, mistaken } from "./_mistaken.ts";

/** Stores whose purge removes too much, or too little. */
export const brokenHousekeeping: readonly BrokenStore[] = [
  {
    name: "purgeExpired() removes a live row",
    mistake: "the comparison has the wrong unit, here by an hour",
    caughtBy: "purgeExpired() never removes a live row (I6, T13)",
    open: () =>
      mistaken((store) => ({
        purgeExpired: (request) =>
          store.purgeExpired({ ...request, before: new Date(request.before.getTime() + 3_600_001) }),
      })),
  },
  {
    name: "purgeExpired() removes a row that expires just then",
    mistake: "`<=` for `<`",
    caughtBy: "purgeExpired() keeps what expires at the very instant and takes what expired before",
    open: () =>
      mistaken((store) => ({
        purgeExpired: (request) =>
          store.purgeExpired({ ...request, before: new Date(request.before.getTime() + 1) }),
      })),
  },
  {
    name: "purgeExpired() ignores the limit",
    mistake: "one DELETE for all that is dead",
    caughtBy: "purgeExpired() removes at most limit rows in a call, and all of them in the end (I6)",
    open: () =>
      mistaken((store) => ({
        purgeExpired: (request) => store.purgeExpired({ ...request, limit: Number.MAX_SAFE_INTEGER }),
      })),
  },
  {
    name: "purgeExpired() spends the limit once for each table",
    mistake: "four statements, each with the whole LIMIT",
    caughtBy: "purgeExpired() keeps to the limit over all kinds of rows together",
    open: () =>
      mistaken((store) => ({
        purgeExpired: async (request) => {
          const { unverifiedBefore: _, ...expired } = request;
          return await store.purgeExpired(expired) + await store.purgeExpired(request);
        },
      })),
  },
  {
    name: "purgeExpired() removes unverified accounts although nobody asked",
    mistake: "a missing `unverifiedBefore` is read as `before`",
    caughtBy: "purgeExpired() without unverifiedBefore removes no account",
    open: () =>
      mistaken((store) => ({
        purgeExpired: (request) => store.purgeExpired({ unverifiedBefore: request.before, ...request }),
      })),
  },
  {
    name: "purgeExpired() leaves unverified accounts",
    mistake: "the later option was never built",
    caughtBy: "purgeExpired() removes unverified accounts created before unverifiedBefore (R41)",
    open: () =>
      mistaken((store) => ({
        purgeExpired: ({ before, limit }) => store.purgeExpired({ before, limit }),
      })),
  },
  {
    name: "purgeExpired() removes unverified accounts without createdAt",
    mistake: "the column has the default 0",
    caughtBy: "purgeExpired() never removes an account without createdAt",
    open: () => {
      const undated = new Set<string>();
      return mistaken((store) => ({
        createUser: async (request) => {
          await store.createUser(request);
          if (request.createdAt === undefined) undated.add(request.username);
        },
        purgeExpired: async (request) => {
          if (request.unverifiedBefore !== undefined) {
            for (const username of undated) await store.deleteUser(username, { verified: false });
          }
          return await store.purgeExpired(request);
        },
      }));
    },
  },
  {
    name: "purgeExpired() removes verified accounts",
    mistake: "the condition on `verified` is missing",
    caughtBy: "purgeExpired() never removes a verified account, however old",
    open: () => {
      const created = new Map<string, Date>();
      return mistaken((store) => ({
        createUser: async (request) => {
          await store.createUser(request);
          if (request.createdAt !== undefined) created.set(request.username, request.createdAt);
        },
        purgeExpired: async (request) => {
          for (const [username, createdAt] of created) {
            if (createdAt < (request.unverifiedBefore ?? createdAt)) await store.deleteUser(username);
          }
          return await store.purgeExpired(request);
        },
      }));
    },
  },
  {
    name: "purgeExpired() answers 0 whatever it removed",
    mistake: "a driver call that returns no row count",
    caughtBy: "purgeExpired() removes expired tokens of every kind and counts them (I6, T13)",
    open: () =>
      mistaken((store) => ({
        purgeExpired: async (request) => {
          await store.purgeExpired(request);
          return 0;
        },
      })),
  },
  {
    name: "purgeExpired() forgets the resets",
    mistake: "a table was added and the purge was not",
    caughtBy: "purgeExpired() removes expired tokens of every kind and counts them (I6, T13)",
    open: () => {
      const resets = new Map<string, Date>();
      return mistaken((store) => ({
        setPasswordReset: (reset, guard) => {
          resets.set(reset.tokenHash, reset.expiresAt);
          return store.setPasswordReset({ ...reset, expiresAt: new Date("9999-12-31T00:00:00Z") }, guard);
        },
        getPasswordReset: async (tokenHash) => {
          const reset = await store.getPasswordReset(tokenHash);
          return reset && { ...reset, expiresAt: resets.get(tokenHash) ?? reset.expiresAt };
        },
      }));
    },
  },
];
