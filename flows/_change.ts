import type { User, UserStore } from "../interfaces.ts";
import { recordEvent } from "./_audit_trail.ts";
import type { Harbor } from "./_harbor.ts";
import { keepMails, type PlannedMail, sendMails } from "./_mail.ts";
import type { OperationTrace } from "./_operation_trace.ts";

/** What work answers that wrote something. */
type Written<Done> = Exclude<Done, null | false>;

/** What an operation writes. */
interface Change<U extends User, Done> {
  readonly trace: OperationTrace;
  /** Makes the change on the store it is handed, perhaps more than once; null or false: nothing was written. */
  readonly work: (store: UserStore<U>) => Promise<Done>;
  /** What is mailed about what was written. */
  readonly mails?: (done: Written<Done>) => readonly PlannedMail[];
}

/** Makes a change of one call; with an audit trail or an outbox it commits together with what they keep of it. */
export async function change<U extends User, Done>(
  harbor: Harbor<U>,
  request: Change<U, Done>,
): Promise<Done> {
  const { work, mails = () => [] } = request;
  if (harbor.auditTrail || harbor.outbox !== null && request.mails !== undefined) {
    return await changeTogether(harbor, request);
  }
  const done = await work(harbor.store);
  if (wrote(done)) sendMails(harbor, mails(done));
  return done;
}

/** Makes a change of several calls, which commit together, along with its record and its mails if they are kept. */
export async function changeTogether<U extends User, Done>(
  harbor: Harbor<U>,
  { trace, work, mails = () => [] }: Change<U, Done>,
): Promise<Done> {
  const { store, auditTrail, events } = harbor;
  const { user } = trace;
  const id = crypto.randomUUID();
  try {
    const { done, planned } = await store.transaction(async (tx) => {
      trace.user = user;
      const result = await work(tx);
      if (!wrote(result)) return { done: result, planned: [] };
      if (auditTrail) {
        const event = events.eventOf(trace, { outcome: "succeeded" });
        await recordEvent(tx, { event, id });
      }
      const planned = mails(result);
      await keepMails(harbor, { tx, mails: planned });
      return { done: result, planned };
    });
    trace.isRecorded ||= auditTrail && wrote(done);
    sendMails(harbor, planned);
    return done;
  } catch (error) {
    // Whoever the work made was rolled back with it.
    trace.user = user;
    throw error;
  }
}

function wrote<Done>(result: Done): result is Written<Done> {
  return result !== null && result !== false;
}
