import type { HarborEvent, OperationName } from "../events.ts";
import type { StoreRecord, User } from "../interfaces.ts";
import { printableJson } from "../primitives/printable_json.ts";
import type { Harbor } from "./_harbor.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { requireStoreMethod } from "./_optional_store.ts";

/** They change nothing, so there is nothing to record but what was denied. Every other operation is recorded. */
const READS: ReadonlySet<HarborEvent["name"]> = new Set<OperationName>([
  "verify_session",
  "get_current_user",
  "get_roles",
  "get_permissions",
  "has_role",
  "has_permission",
  "require_role",
  "require_permission",
  "sessions.list",
  "sessions.require_fresh",
  "users.get",
  "users.list",
  "diagnose",
  "roles.list",
  "roles.permissions",
  "permissions.list",
]);

/** The refusals of somebody who is known, and may not do what was asked. */
const DENIALS: ReadonlySet<HarborEvent["code"]> = new Set<HarborEvent["code"]>([
  "permission_denied",
  "reauthentication_required",
]);

/** Refusals that ward off a flood: a row for each would let the flood through to the disk. */
const SHED: ReadonlySet<HarborEvent["code"]> = new Set<HarborEvent["code"]>(["rate_limited", "overloaded"]);

/** What an audit trail keeps of an event. */
export function recordOf(event: HarborEvent, id: string): StoreRecord {
  return {
    id,
    kind: "event",
    createdAt: event.at,
    ...(event.userId === undefined ? {} : { userId: event.userId }),
    body: printableJson(event),
  };
}

/** Records, soon after the answer, an event that no change took its record along of. */
export function recordLater<U extends User>(
  { auditTrail, background, store }: Harbor<U>,
  { trace, event }: { readonly trace: OperationTrace; readonly event: HarborEvent },
): void {
  if (!auditTrail || trace.isRecorded || !isRecordable(event)) return;
  background.start(
    { name: "audit_record", context: trace.context, user: trace.user },
    () => requireStoreMethod(store, "append").call(store, recordOf(event, crypto.randomUUID())),
  );
}

/** Records, from work behind the answer, that what was to be done could not be done any more. */
export async function recordUnchanged<U extends User>(
  { auditTrail, events, store }: Harbor<U>,
  trace: OperationTrace,
): Promise<void> {
  if (!auditTrail) return;
  trace.because("ended_meanwhile");
  const event = events.eventOf(trace, { outcome: "succeeded" });
  await requireStoreMethod(store, "append").call(store, recordOf(event, crypto.randomUUID()));
}

function isRecordable({ name, outcome, code, reason }: HarborEvent): boolean {
  if (outcome === "failed" || SHED.has(code)) return false;
  if (READS.has(name)) return DENIALS.has(code);
  // A purge comes every ten minutes, and mostly finds nothing.
  return name !== "purge_expired" || reason !== "no_change";
}
