import type { RequestContext } from "../events.ts";
import type { HarborMail, User, UserMessage, UserStore } from "../interfaces.ts";
import { present } from "../primitives/present.ts";
import { sendMail } from "../primitives/send_mail.ts";
import type { Harbor } from "./_harbor.ts";
import { type LimitedMail, requireMailAttempt } from "./_mail_limits.ts";
import type { EventSubject } from "./_operation_trace.ts";
import { requireStoreMethod } from "./_optional_store.ts";

/** A mail that a change brings about. */
export type PlannedMail = HarborMail & {
  readonly context: RequestContext | undefined;
  /** Whose account it is for; absent: its event names nobody. */
  readonly user?: EventSubject;
  /** What the store knows the token by that it carries. */
  readonly tokenHash?: string;
  /** What it is counted by; absent: it was counted already, or nobody else can ask for it. */
  readonly limited?: LimitedMail;
  /** Looks again, right before it is sent; an outbox leaves that to whoever delivers. */
  readonly isDue?: () => Promise<boolean>;
};

/** The part every mail shares: the stored address, never a submitted one, and the language to write in. */
export function mailTo(
  { username, email }: UserMessage,
  context: RequestContext | undefined,
): UserMessage {
  return { username, email, ...present({ locale: context?.locale }) };
}

/**
 * Counts a mail that an outbox is to keep, before the change that it goes with: a throttle is not called inside a
 * transaction. Without an outbox it is counted after the answer.
 *
 * @returns the mail, or nothing once its limit is reached: then there is an event, and the change goes on without it
 */
export async function admitMail<U extends User>(
  harbor: Harbor<U>,
  planned: PlannedMail,
): Promise<readonly PlannedMail[]> {
  const { limited } = planned;
  if (harbor.outbox === null || limited === undefined) return [planned];
  try {
    await requireMailAttempt(harbor, limited);
    return [planned];
  } catch (error) {
    harbor.events.failure(subjectOf(planned), error);
    return [];
  }
}

interface KeptMails<U extends User> {
  readonly tx: UserStore<U>;
  readonly mails: readonly PlannedMail[];
}

/** Keeps mails in the transaction of their change, if there is an outbox. */
export async function keepMails<U extends User>(
  { outbox, clock }: Harbor<U>,
  { tx, mails }: KeptMails<U>,
): Promise<void> {
  if (outbox === null) return;
  for (const { context, user, limited: _, isDue: __, ...mail } of mails) {
    const record = await outbox.seal({
      ...mail,
      at: clock(),
      ...present({ userId: user?.id, actor: context?.actor }),
    });
    await requireStoreMethod(tx, "append").call(tx, record);
  }
}

/** Sends mails after the answer to the change that brought them about, or tells the outbox that it has them. */
export function sendMails<U extends User>(harbor: Harbor<U>, mails: readonly PlannedMail[]): void {
  const { background, outbox } = harbor;
  for (const planned of mails) {
    background.start(
      subjectOf(planned),
      () => outbox === null ? sendNow(harbor, planned) : Promise.resolve(outbox.wake?.()),
    );
  }
}

async function sendNow<U extends User>(harbor: Harbor<U>, planned: PlannedMail): Promise<void> {
  const { limited, isDue } = planned;
  if (isDue !== undefined && !await isDue()) return;
  if (limited !== undefined) await requireMailAttempt(harbor, limited);
  await sendMail(harbor.emailSender, planned);
}

function subjectOf({ kind, context, user }: PlannedMail) {
  return { name: `mail.${kind}`, context, user } as const;
}
