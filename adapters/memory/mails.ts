import type { ClaimedMail, ClaimMailRequest, MailBurial, OutboxQueue, StoreRecord } from "@userharbor/core";
import type { TableAccess } from "./table_access.ts";
import type { QueuedMail, Tables } from "./tables.ts";

/**
 * Keeps a copy of a mail, due at once.
 *
 * @param tables what to write to
 * @param record what to keep
 * @throws {Error} when a mail of this id is there already
 */
export function appendMail(tables: Tables, record: StoreRecord): void {
  if (tables.mails.has(record.id)) throw new Error("Cannot append the mail: its id is already stored");
  tables.mails.set(record.id, {
    record: structuredClone(record),
    dueAt: new Date(record.createdAt),
    attempts: 0,
    claim: null,
    burial: null,
  });
}

/**
 * The mails of a store, to be delivered.
 *
 * @param access the way to the tables
 * @returns the queue; each of its calls is one synchronous step
 */
export function mailQueue(access: Pick<TableAccess, "run">): OutboxQueue {
  return {
    claim: (request) => access.run((tables) => claim(tables, request)),
    settle: ({ record: { id } }) => access.run((tables) => tables.mails.delete(id)),
    postpone: (mail, dueAt) =>
      access.run((tables) => replaceClaimed(tables, mail, { dueAt: new Date(dueAt), claim: null })),
    bury: (mail, burial) =>
      access.run((tables) =>
        replaceClaimed(tables, mail, { dueAt: null, claim: null, burial: structuredClone(burial) })
      ),
    revive: ({ at, limit }) =>
      access.run((tables) => {
        const revived = buriedBefore(tables, { before: null, limit });
        for (const [id, mail] of revived) {
          tables.mails.set(id, { ...mail, dueAt: new Date(at), attempts: 0, burial: null });
        }
        return revived.length;
      }),
    purgeBuried: ({ before, limit }) =>
      access.run((tables) => {
        const dead = buriedBefore(tables, { before, limit });
        for (const [id] of dead) tables.mails.delete(id);
        return dead.length;
      }),
  };
}

function claim(tables: Tables, { at, leaseUntil, limit }: ClaimMailRequest): readonly ClaimedMail[] {
  const due = [...tables.mails]
    .filter(([, { dueAt }]) => dueAt !== null && dueAt.getTime() <= at.getTime())
    .toSorted(([, one], [, other]) => Number(one.dueAt) - Number(other.dueAt))
    .slice(0, limit);
  return due.map(([id, mail]) => {
    const claimed = {
      ...mail,
      dueAt: new Date(leaseUntil),
      attempts: mail.attempts + 1,
      claim: crypto.randomUUID(),
    };
    tables.mails.set(id, claimed);
    return { record: structuredClone(mail.record), attempt: claimed.attempts, claim: claimed.claim };
  });
}

/** False, changing nothing, for whoever is not the last to have claimed it. */
function replaceClaimed(
  tables: Tables,
  { record, claim }: ClaimedMail,
  changes: Partial<QueuedMail>,
): boolean {
  const mail = tables.mails.get(record.id);
  if (mail === undefined || mail.claim !== claim) return false;
  tables.mails.set(record.id, { ...mail, ...changes });
  return true;
}

/** The first buried; before null: whenever that was. */
function buriedBefore(
  tables: Tables,
  { before, limit }: { readonly before: Date | null; readonly limit: number },
): [id: string, mail: QueuedMail & { readonly burial: MailBurial }][] {
  return [...tables.mails]
    .flatMap(([id, mail]): [string, QueuedMail & { readonly burial: MailBurial }][] =>
      mail.burial === null ? [] : [[id, { ...mail, burial: mail.burial }]]
    )
    .filter(([, { burial }]) => before === null || burial.at.getTime() < before.getTime())
    .toSorted(([, one], [, other]) => one.burial.at.getTime() - other.burial.at.getTime())
    .slice(0, limit);
}
