import {
  type AttemptCount,
  type AttemptRequest,
  type AttemptReservation,
  countAttempt,
  type CountedAttempt,
  refundAttempt,
  type Throttle,
} from "@userharbor/core";

/** What a throttle is made of; each part can be made wrong. */
export interface ThrottleParts {
  /** What a key is found by. */
  readonly nameOf: (key: string) => string;
  /** What is answered and kept. */
  readonly count: (stored: AttemptCount | null, request: AttemptRequest) => CountedAttempt;
  /** What a refund leaves. */
  readonly refund: (stored: AttemptCount | null) => AttemptCount | null;
  /** What comes back of what was kept. */
  readonly keep: (count: AttemptCount) => AttemptCount;
  /** Whether a call reads and writes in one step. */
  readonly isAtomic: boolean;
  /** Which budgets a purge takes. */
  readonly isOver: (count: AttemptCount, before: Date) => boolean;
  /** Whether what a purge chose is looked at again when it is removed. */
  readonly purgesAtOnce: boolean;
}

const RIGHT: ThrottleParts = {
  nameOf: (key) => key,
  count: countAttempt,
  refund: (stored) => stored === null ? null : refundAttempt(stored),
  keep: ({ attempts, windowEndsAt, pauseEndsAt }) => ({
    attempts,
    windowEndsAt: new Date(windowEndsAt),
    pauseEndsAt: pauseEndsAt === null ? null : new Date(pauseEndsAt),
  }),
  isAtomic: true,
  isOver: ({ windowEndsAt }, before) => windowEndsAt < before,
  purgesAtOnce: true,
};

/** A throttle over a table of rows, right but for the parts that are given. */
export function keptThrottle(
  wrong: Partial<ThrottleParts> = {},
  rows: Map<string, AttemptCount> = new Map(),
): Throttle {
  const parts = { ...RIGHT, ...wrong };
  const others = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  const write = (key: string, count: AttemptCount | null): void => {
    if (count === null) rows.delete(parts.nameOf(key));
    else rows.set(parts.nameOf(key), parts.keep(count));
  };
  const read = (key: string): AttemptCount | null => rows.get(parts.nameOf(key)) ?? null;

  return {
    reserve: async (request: AttemptRequest): Promise<AttemptReservation> => {
      const stored = read(request.key);
      if (!parts.isAtomic) await others();
      const { reservation, count } = parts.count(stored, request);
      if (count !== null) write(request.key, count);
      return reservation;
    },
    refund: async (key) => {
      const stored = read(key);
      if (!parts.isAtomic) await others();
      write(key, parts.refund(stored));
    },
    clear: (key) => Promise.resolve(write(key, null)),
    purgeExpired: async ({ before, limit }) => {
      const over = [...rows].filter(([, count]) => parts.isOver(count, before)).slice(0, limit);
      if (!parts.purgesAtOnce) await others();
      return over.filter(([name]) => rows.delete(name)).length;
    },
  };
}
