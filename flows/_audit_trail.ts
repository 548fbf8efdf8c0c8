import type { HarborEvent, OperationName } from "../events.ts";
import type { StoreRecord, User } from "../interfaces.ts";
import { printableJson } from "../primitives/printable_json.ts";
import type { Harbor } from "./_harbor.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { requireStoreMethod } from "./_optional_store.ts";

/** Which events of an operation are recorded: all but failures, or those that did something, or those it denied. */
type Recorded = "always" | "unless_idle" | "when_denied";

const RECORDED: ReadonlyMap<string, Recorded> = new Map(Object.entries<Recorded>(
  {
    "register": "always",
    "verify_email": "always",
    "resend_verification": "always",
    "login": "always",
    "verify_session": "when_denied",
    "get_current_user": "when_denied",
    "logout": "always",
    "logout_all": "always",
    "send_password_reset": "always",
    "reset_password": "always",
    "change_password": "always",
    "change_email": "always",
    "confirm_email_change": "always",
    "change_username": "always",
    "delete_account": "always",
    "grant_role": "always",
    "revoke_role": "always",
    "get_roles": "when_denied",
    "get_permissions": "when_denied",
    "has_role": "when_denied",
    "has_permission": "when_denied",
    "require_role": "when_denied",
    "require_permission": "when_denied",
    "sessions.list": "when_denied",
    "sessions.revoke": "always",
    "sessions.revoke_others": "always",
    "sessions.reauthenticate": "always",
    "sessions.require_fresh": "when_denied",
    "users.create": "always",
    "users.import": "always",
    "users.get": "when_denied",
    "users.list": "when_denied",
    "users.disable": "always",
    "users.enable": "always",
    "users.require_password_change": "always",
    "users.force_reset": "always",
    "users.revoke_sessions": "always",
    "users.delete": "always",
    // It comes every ten minutes, and mostly finds nothing.
    "purge_expired": "unless_idle",
    "diagnose": "when_denied",
    "roles.create": "always",
    "roles.delete": "always",
    "roles.list": "when_denied",
    "roles.grant_permission": "always",
    "roles.revoke_permission": "always",
    "roles.permissions": "when_denied",
    "permissions.create": "always",
    "permissions.delete": "always",
    "permissions.list": "when_denied",
  } satisfies Record<OperationName, Recorded>,
));

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
  const recorded = RECORDED.get(name);
  if (recorded === "when_denied") return DENIALS.has(code);
  return recorded === "always" || reason !== "no_change";
}
