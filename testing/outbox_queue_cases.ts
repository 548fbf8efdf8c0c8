import assert from "node:assert/strict";
import type { ClaimedMail, OutboxQueue, StoreRecord, UserStore } from "../interfaces.ts";
import { useOpened } from "./_use_opened.ts";
import type { ContractCase } from "./contract_case.ts";
import { addUser, at } from "./store/_fixtures.ts";
import { atOnce, exactlyOne } from "./store/_outcomes.ts";

/** A queue, and the store whose mails it has. */
export interface OpenedOutboxQueue {
  /** With `append`. */
  readonly store: UserStore;
  /** What is tried. */
  readonly queue: OutboxQueue;
}

/** What {@link outboxQueueCases} may be told about a queue. */
export interface OutboxQueueCasesOptions<O extends OpenedOutboxQueue = OpenedOutboxQueue> {
  /**
   * Opens a second queue on the mails of the first: another connection, or another node. Without it the cases that
   * take two queues do not apply.
   */
  readonly another?: (opened: O) => OpenedOutboxQueue | Promise<OpenedOutboxQueue>;
}

interface QueueCase {
  readonly name: string;
  readonly queues: 1 | 2;
  readonly run: (opened: OpenedOutboxQueue, another: OutboxQueue) => Promise<void>;
}

/**
 * The contract of the queue that mail is delivered from: what everything that keeps mails for workers has to uphold,
 * alone and with several of them at once.
 *
 * The cases are independent of each other and of any test runner. Each opens a store of its own and disposes of what
 * it opened, through `Symbol.asyncDispose` if it has that, whether it passes or fails.
 *
 * @param open gives a store without mails, and its queue, each time
 * @param options how to open a second queue on the same mails
 * @returns the cases; `run` resolves to a sentence for a case that does not apply
 *
 * @example With `node:test` this is `for (const { name, run } of cases) test(name, run)`
 * ```ts
 * import assert from "node:assert/strict";
 * import { outboxQueueCases } from "@userharbor/core/testing";
 * import { MemoryUserStore } from "@userharbor/memory";
 *
 * const cases = outboxQueueCases(() => {
 *   const store = new MemoryUserStore();
 *   return { store, queue: store.outboxQueue };
 * }, { another: ({ store }) => ({ store, queue: store.outboxQueue }) });
 * const outcomes = await Promise.all(cases.map(({ run }) => run()));
 * assert(outcomes.every((outcome) => outcome === undefined));
 * ```
 */
export function outboxQueueCases<O extends OpenedOutboxQueue>(
  open: () => O | Promise<O>,
  { another }: OutboxQueueCasesOptions<O> = {},
): ContractCase[] {
  return QUEUE_CASES.map(({ name, queues, run }) => ({
    name,
    run: () =>
      useOpened(open, async (opened) => {
        if (queues === 1) return await run(opened, opened.queue);
        if (another === undefined) {
          return "Does not apply: no way to open another queue on the same mails was given";
        }
        return await useOpened(() => another(opened), ({ queue }) => run(opened, queue));
      }),
  }));
}

/** A mail that is due so many seconds after the start of the run. */
function mail(number: number, seconds = 0): StoreRecord {
  const id = `7c1d5e2a-93b4-4f60-8d1e-${number.toString(16).padStart(12, "0")}`;
  return { id, kind: "mail", createdAt: at(seconds), userId: `user-${number}`, body: `{"sealed":${number}}` };
}

async function append(store: UserStore, ...mails: readonly StoreRecord[]): Promise<void> {
  for (const each of mails) {
    assert.ok(store.append !== undefined, "the store must have append()");
    await store.append(each);
  }
}

/** Claims for a minute, so many seconds after the start of the run. */
function claim(queue: OutboxQueue, seconds = 0, limit = 10): Promise<readonly ClaimedMail[]> {
  return queue.claim({ at: at(seconds), leaseUntil: at(seconds + 60), limit });
}

async function claimOne(queue: OutboxQueue, seconds = 0): Promise<ClaimedMail> {
  const [claimed, ...others] = await claim(queue, seconds);
  assert.ok(
    claimed !== undefined && others.length === 0,
    `${others.length + (claimed ? 1 : 0)} mails were due, not one`,
  );
  return claimed;
}

function idsOf(claimed: readonly ClaimedMail[]): readonly string[] {
  return claimed.map(({ record }) => record.id);
}

function fieldsOf({ id, kind, createdAt, userId, body }: StoreRecord): StoreRecord {
  return { id, kind, createdAt, body, ...(userId === undefined ? {} : { userId }) };
}

function ids(...mails: readonly StoreRecord[]): readonly string[] {
  return mails.map(({ id }) => id);
}

function queueCase(name: string, run: QueueCase["run"]): QueueCase {
  return { name, queues: 1, run };
}

/** Promises that hold for two queues on the same mails, too. */
const SHARED: readonly QueueCase[] = [
  queueCase(
    "claim() by 20 at once gives each of 100 mails to one of them (T9)",
    async ({ store, queue }, another) => {
      const mails = Array.from({ length: 100 }, (_, number) => mail(number));
      await append(store, ...mails);
      const claimed: ClaimedMail[] = [];
      for (let round = 0; claimed.length < mails.length; round++) {
        assert.ok(round < 20, `only ${claimed.length} of 100 mails were claimed`);
        const answers = await atOnce(20, (number) => claim(number % 2 === 0 ? queue : another, 0, 10));
        claimed.push(...answers.flat());
      }
      assert.deepEqual(idsOf(claimed).toSorted(), ids(...mails).toSorted(), "a mail was given to two");
      assert.deepEqual(await claim(another), []);
    },
  ),

  queueCase(
    "claim() leases a mail until the lease has ended, to the millisecond (T9)",
    async ({ store, queue }, another) => {
      await append(store, mail(1));
      const first = await claimOne(queue);
      assert.deepEqual(await claim(another, 59.999), []);
      const second = await claimOne(another, 60);
      assert.deepEqual([first.attempt, second.attempt], [1, 2]);
      assert.notEqual(first.claim, second.claim);
    },
  ),

  queueCase(
    "postpone() and bury() of a mail that another one has claimed since change nothing (T9)",
    async ({ store, queue }, another) => {
      await append(store, mail(1));
      const lost = await claimOne(queue);
      const held = await claimOne(another, 60);
      assert.equal(await queue.postpone(lost, at(61)), false);
      assert.equal(await queue.bury(lost, { at: at(61), reason: "late" }), false);
      assert.deepEqual(await claim(queue, 119.999), []);
      assert.equal(await another.postpone(held, at(200)), true);
      assert.equal((await claimOne(queue, 200)).attempt, 3);
    },
  ),

  queueCase(
    "settle() removes what was delivered, whoever has claimed it since (T9)",
    async ({ store, queue }, another) => {
      await append(store, mail(1));
      const late = await claimOne(queue);
      const held = await claimOne(another, 60);
      assert.equal(await queue.settle(late), true);
      assert.equal(await another.settle(held), false);
      assert.equal(await another.postpone(held, at(61)), false);
      assert.deepEqual(await claim(queue, 1_000), []);
    },
  ),

  queueCase("settle() is true for one of 20 at once", async ({ store, queue }, another) => {
    await append(store, mail(1));
    const held = await claimOne(queue);
    const answers = await atOnce(20, (number) => (number % 2 === 0 ? queue : another).settle(held));
    exactlyOne(answers, "settle()");
  }),

  queueCase("postpone() and bury() by 20 at once are true for one", async ({ store, queue }, another) => {
    await append(store, mail(1));
    const held = await claimOne(queue);
    const answers = await atOnce(20, (number) => {
      const one = number % 2 === 0 ? queue : another;
      return number % 4 < 2 ? one.postpone(held, at(5)) : one.bury(held, { at: at(1), reason: "refused" });
    });
    exactlyOne(answers, "postpone() and bury()");
  }),
];

const QUEUE_CASES: readonly QueueCase[] = [
  queueCase(
    "claim() gives mails as they were appended, at most the limit, the longest due first",
    async ({ store, queue }) => {
      const { userId: _, ...ofNobody } = mail(2, -20);
      const body = JSON.stringify({ text: `\u{1f980} '"\`\\;--$1?:x`, long: "x".repeat(20_000) });
      const mails = [mail(1, -0.001), ofNobody, { ...mail(3, -10), body }, mail(4, -30.5)];
      await append(store, ...mails);
      const first = await claim(queue, 0, 3);
      assert.equal(first.length, 3, "as many as were asked for");
      const claimed = [...first, ...await claim(queue, 0, 3)];
      assert.deepEqual(
        claimed.map(({ record }) => fieldsOf(record)),
        [mails[3], mails[1], mails[2], mails[0]],
      );
      assert.deepEqual(new Set(claimed.map(({ attempt }) => attempt)), new Set([1]));
    },
  ),

  queueCase("claim() finds a mail due at its very instant, and none before it", async ({ store, queue }) => {
    await append(store, mail(1, 5));
    assert.deepEqual(await claim(queue, 4.999), []);
    assert.deepEqual(idsOf(await claim(queue, 5)), ids(mail(1)));
  }),

  queueCase(
    "claim() gives nothing of a change that was rolled back, and no other record (T9, R118)",
    async ({ store, queue }) => {
      await store.transaction(async (tx) => {
        await addUser(tx, "ada");
        await append(tx, mail(1));
        throw new Error("rolled back");
      }).catch(() => {});
      await append(store, { ...mail(2), kind: "event" });
      assert.deepEqual(await claim(queue), []);
      await store.transaction(async (tx) => {
        await addUser(tx, "ada");
        await append(tx, mail(3), mail(4));
      });
      assert.deepEqual(idsOf(await claim(queue)).toSorted(), ids(mail(3), mail(4)));
    },
  ),

  queueCase(
    "append() of a mail whose id is stored rejects, and keeps the first",
    async ({ store, queue }) => {
      await append(store, mail(1));
      await assert.rejects(append(store, { ...mail(1), body: "{}" }));
      assert.equal((await claimOne(queue)).record.body, mail(1).body);
    },
  ),

  queueCase("postpone() ends the claim, and the mail is due at that instant", async ({ store, queue }) => {
    await append(store, mail(1));
    const held = await claimOne(queue);
    assert.equal(await queue.postpone(held, at(5)), true);
    assert.equal(await queue.postpone(held, at(1)), false, "the claim has ended");
    assert.deepEqual(await claim(queue, 4.999), []);
    assert.equal((await claimOne(queue, 5)).attempt, 2);
  }),

  queueCase(
    "bury() keeps a mail that nobody is given any more, until it is revived",
    async ({ store, queue }) => {
      await append(store, mail(1), mail(2));
      const held = await claim(queue);
      for (const each of held) assert.equal(await queue.bury(each, { at: at(1), reason: "refused" }), true);
      assert.deepEqual(await claim(queue, 1_000_000), []);
      assert.equal(await queue.revive({ at: at(100), limit: 10 }), 2);
      assert.equal(await queue.revive({ at: at(100), limit: 10 }), 0);
      assert.deepEqual(await claim(queue, 99.999), []);
      const again = await claim(queue, 100);
      assert.deepEqual(again.map(({ attempt }) => attempt), [1, 1]);
      assert.equal(await queue.bury(held[0] ?? assert.fail(), { at: at(1), reason: "late" }), false);
    },
  ),

  queueCase("revive() takes the earliest buried first, at most the limit", async ({ store, queue }) => {
    await append(store, mail(1, -3), mail(2, -2), mail(3, -1));
    for (const [index, each] of (await claim(queue)).entries()) {
      await queue.bury(each, { at: at(30 - index), reason: "refused" });
    }
    assert.equal(await queue.revive({ at: at(40), limit: 2 }), 2);
    assert.deepEqual(idsOf(await claim(queue, 40)).toSorted(), ids(mail(2), mail(3)));
  }),

  queueCase(
    "purgeBuried() removes what was buried before an instant, at most the limit, and nothing else",
    async ({ store, queue }) => {
      await append(store, ...[1, 2, 3, 4, 5].map((number) => mail(number, -10 + number)));
      const held = await claim(queue);
      for (const [index, each] of held.slice(0, 3).entries()) {
        await queue.bury(each, { at: at(index + 1), reason: "refused" });
      }
      await queue.postpone(held[3] ?? assert.fail(), at(1));
      const before = at(3);
      assert.equal(await queue.purgeBuried({ before, limit: 1 }), 1);
      assert.equal(await queue.purgeBuried({ before, limit: 10 }), 1);
      assert.equal(await queue.purgeBuried({ before, limit: 10 }), 0);
      assert.equal(await queue.revive({ at: at(3), limit: 10 }), 1);
      assert.deepEqual(idsOf(await claim(queue, 60)).toSorted(), ids(mail(3), mail(4), mail(5)));
    },
  ),

  ...SHARED,
  ...SHARED.map(({ name, run }): QueueCase => ({ name: `two queues: ${name}`, queues: 2, run })),
];
