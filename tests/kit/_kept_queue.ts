import { MemoryUserStore } from "@userharbor/memory";
import type { ClaimedMail, OutboxQueue, StoreRecord, UserStore } from "@userharbor/core";
import type { OpenedOutboxQueue } from "@userharbor/core/testing";

/** What whoever writes a queue may get wrong. */
export type QueueMistake =
  | "lets two read a mail before either takes it"
  | "leases nothing"
  | "leases to the second"
  | "asks nobody who claimed a mail last"
  | "settles only for the last claim"
  | "tells everybody that they settled"
  | "lets a claim end twice"
  | "counts no attempts"
  | "finds a mail due only after its instant"
  | "gives the newest first"
  | "gives more than it was asked for"
  | "cuts what is long"
  | "keeps mail of what was rolled back"
  | "takes every record for a mail"
  | "replaces a mail of the same id"
  | "buries by putting off"
  | "buries for good"
  | "counts the attempts before a burial"
  | "revives in any order"
  | "revives everything"
  | "purges what waits"
  | "purges what was buried at that instant"
  | "purges everything at once";

interface Row {
  readonly record: StoreRecord;
  readonly dueAt: number | null;
  readonly attempts: number;
  readonly claim: string;
  readonly buriedAt: number | null;
}

/** A queue that keeps its promises, but for one. */
export function keptQueue(mistake?: QueueMistake): OpenedOutboxQueue {
  const rows = new Map<string, Row>();
  const keep = (record: StoreRecord) => {
    if (record.kind !== "mail" && mistake !== "takes every record for a mail") return;
    if (rows.has(record.id) && mistake !== "replaces a mail of the same id") throw new Error("taken");
    const body = mistake === "cuts what is long" ? record.body.slice(0, 255) : record.body;
    const kept = { ...record, body };
    rows.set(record.id, { record: kept, dueAt: +record.createdAt, attempts: 0, claim: "", buriedAt: null });
  };
  return {
    store: storeThat(keep, mistake === "keeps mail of what was rolled back"),
    queue: queueOf(rows, mistake),
  };
}

function storeThat(keep: (record: StoreRecord) => void, atOnce: boolean): UserStore {
  return new class extends MemoryUserStore {
    override append(record: StoreRecord): Promise<void> {
      return Promise.resolve(record).then(keep);
    }

    override async transaction<T>(work: (store: UserStore) => Promise<T>): Promise<T> {
      const kept: StoreRecord[] = [];
      const append = (record: StoreRecord) =>
        Promise.resolve(record).then((each) => atOnce ? keep(each) : void kept.push(each));
      const result = await super.transaction((tx) => work(Object.assign(tx, { append })));
      kept.forEach(keep);
      return result;
    }
  }();
}

function queueOf(rows: Map<string, Row>, mistake: QueueMistake | undefined): OutboxQueue {
  const has = (wrong: QueueMistake) => mistake === wrong;
  const replace = (row: Row, changes: Partial<Row>) => rows.set(row.record.id, { ...row, ...changes });
  const held = ({ record, claim }: ClaimedMail) => {
    const row = rows.get(record.id);
    if (row === undefined) return null;
    return row.claim === claim || has("asks nobody who claimed a mail last") ? row : null;
  };
  const ended = () => has("lets a claim end twice") ? {} : { claim: "" };
  const buried = (before: number) =>
    [...rows.values()]
      .filter(({ buriedAt }) => buriedAt !== null && buriedAt < before)
      .toSorted((one, other) =>
        has("revives in any order") ? 0 : Number(one.buriedAt) - Number(other.buriedAt)
      );

  return {
    async claim({ at, leaseUntil, limit }) {
      await Promise.resolve();
      const now = +at;
      const due = [...rows.values()]
        .filter(({ dueAt }) =>
          dueAt !== null && (has("finds a mail due only after its instant") ? dueAt < now : dueAt <= now)
        )
        .toSorted((one, other) =>
          (Number(one.dueAt) - Number(other.dueAt)) * (has("gives the newest first") ? -1 : 1)
        )
        .slice(0, has("gives more than it was asked for") ? 100 : limit);
      if (has("lets two read a mail before either takes it")) await new Promise((next) => setTimeout(next));
      return due.map((row) => {
        const attempt = has("counts no attempts") ? 1 : row.attempts + 1;
        const claim = crypto.randomUUID();
        const until = has("leases to the second") ? +leaseUntil - 1 : +leaseUntil;
        replace(row, { claim, attempts: attempt, ...(has("leases nothing") ? {} : { dueAt: until }) });
        return { record: row.record, attempt, claim };
      });
    },
    async settle(mail) {
      await Promise.resolve();
      if (has("settles only for the last claim") && held(mail) === null) return false;
      return rows.delete(mail.record.id) || has("tells everybody that they settled");
    },
    async postpone(mail, dueAt) {
      await Promise.resolve();
      const row = held(mail);
      if (row === null) return false;
      replace(row, { dueAt: +dueAt, ...ended() });
      return true;
    },
    async bury(mail, { at }) {
      await Promise.resolve();
      const row = held(mail);
      if (row === null) return false;
      if (has("buries for good")) rows.delete(row.record.id);
      else {
        const dueAt = has("buries by putting off") ? +at + 86_400_000 : null;
        replace(row, { dueAt, buriedAt: +at, ...ended() });
      }
      return true;
    },
    async revive({ at, limit }) {
      await Promise.resolve();
      const revived = buried(Infinity).slice(0, has("revives everything") ? 100 : limit);
      const attempts = has("counts the attempts before a burial") ? {} : { attempts: 0 };
      for (const row of revived) replace(row, { dueAt: +at, buriedAt: null, ...attempts });
      return revived.length;
    },
    async purgeBuried({ before, limit }) {
      await Promise.resolve();
      const until = has("purges what was buried at that instant") ? +before + 1 : +before;
      const dead = has("purges what waits") ? [...rows.values()] : buried(until);
      const gone = dead.slice(0, has("purges everything at once") ? 100 : limit);
      for (const { record } of gone) rows.delete(record.id);
      return gone.length;
    },
  };
}
