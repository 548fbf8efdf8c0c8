import type { User, UserStore } from "../interfaces.ts";
import { recordOf } from "./_audit_trail.ts";
import type { Harbor } from "./_harbor.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { requireStoreMethod } from "./_optional_store.ts";

/** What an operation writes. */
interface Change<U extends User, Done> {
  readonly trace: OperationTrace;
  /** Makes the change on the store it is handed, perhaps more than once; null or false: nothing was written. */
  readonly work: (store: UserStore<U>) => Promise<Done>;
}

/** Makes a change of one call; with an audit trail it commits together with its record, or not at all. */
export async function change<U extends User, Done>(
  harbor: Harbor<U>,
  { trace, work }: Change<U, Done>,
): Promise<Done> {
  return harbor.auditTrail ? await changeTogether(harbor, { trace, work }) : await work(harbor.store);
}

/** Makes a change of several calls, which commit together, along with their record if there is an audit trail. */
export async function changeTogether<U extends User, Done>(
  { store, auditTrail, events }: Harbor<U>,
  { trace, work }: Change<U, Done>,
): Promise<Done> {
  const { user } = trace;
  const id = crypto.randomUUID();
  try {
    const done = await store.transaction(async (tx) => {
      trace.user = user;
      const result = await work(tx);
      if (auditTrail && wrote(result)) {
        const event = events.eventOf(trace, { outcome: "succeeded" });
        await requireStoreMethod(tx, "append").call(tx, recordOf(event, id));
      }
      return result;
    });
    trace.isRecorded ||= auditTrail && wrote(done);
    return done;
  } catch (error) {
    // Whoever the work made was rolled back with it.
    trace.user = user;
    throw error;
  }
}

function wrote(result: unknown): boolean {
  return result !== null && result !== false;
}
