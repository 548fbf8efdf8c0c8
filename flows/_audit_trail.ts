import type { HarborEvent } from "../events.ts";
import type { User, UserStore } from "../interfaces.ts";
import { present } from "../primitives/present.ts";
import { printableJson } from "../primitives/printable_json.ts";
import type { Harbor } from "./_harbor.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { requireStoreMethod } from "./_optional_store.ts";

/** Keeps an event in a store that has `append`, or in a transaction of it. */
export async function recordEvent(
  store: UserStore,
  { event, id = crypto.randomUUID() }: { readonly event: HarborEvent; readonly id?: string },
): Promise<void> {
  const { at: createdAt, userId } = event;
  const body = printableJson(event);
  await requireStoreMethod(store, "append").call(store, {
    id,
    kind: "event",
    createdAt,
    body,
    ...present({ userId }),
  });
}

/** Records, soon after the answer, an event that no change took its record along of. */
export function recordLater<U extends User>(
  { auditTrail, background, store }: Harbor<U>,
  { trace, event }: { readonly trace: OperationTrace; readonly event: HarborEvent },
): void {
  if (!auditTrail || trace.isRecorded || !isRecordable(event, trace)) return;
  background.start(
    { name: "audit_record", context: trace.context, user: trace.user },
    () => recordEvent(store, { event }),
  );
}

/** Records, from work behind the answer, that what was to be done could not be done any more. */
export async function recordUnchanged<U extends User>(
  { auditTrail, events, store }: Harbor<U>,
  trace: OperationTrace,
): Promise<void> {
  if (!auditTrail) return;
  trace.because("ended_meanwhile");
  await recordEvent(store, { event: events.eventOf(trace, { outcome: "succeeded" }) });
}

function isRecordable({ outcome, code }: HarborEvent, { isRead }: OperationTrace): boolean {
  // Refusals that ward off a flood: a row for each would let the flood through to the disk.
  if (outcome === "failed" || code === "rate_limited" || code === "overloaded") return false;
  // Of somebody who is known, and may not do what was asked.
  const isDenial = code === "permission_denied" || code === "reauthentication_required";
  return !isRead || isDenial;
}
