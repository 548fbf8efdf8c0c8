import { UserHarborError } from "../errors.ts";
import { isPermissionName, isRoleName } from "../primitives/names.ts";
import type { OperationTrace } from "./_operation_trace.ts";

/** Refuses with `invalid_role` what can name no role; what can, its event names. */
export function requireRoleName(role: string, trace: OperationTrace): void {
  if (!isRoleName(role)) {
    throw new UserHarborError("invalid_role", "Cannot use the role: its name is malformed");
  }
  trace.role = role;
}

/** Refuses with `invalid_permission` what can name no permission; what can, its event names. */
export function requirePermissionName(permission: string, trace: OperationTrace): void {
  if (!isPermissionName(permission)) {
    throw new UserHarborError("invalid_permission", "Cannot use the permission: its name is malformed");
  }
  trace.permission = permission;
}

/** The refusal of a well-formed role that does not exist. */
export function refuseUnknownRole(): never {
  throw new UserHarborError("unknown_role", "Cannot find the role: there is none of this name");
}

/** The refusal of a well-formed permission that does not exist. */
export function refuseUnknownPermission(): never {
  throw new UserHarborError("unknown_permission", "Cannot find the permission: there is none of this name");
}

/** The refusal of a username that no account has. */
export function refuseUnknownUser(): never {
  throw new UserHarborError("unknown_user", "Cannot find the account: there is none of this name");
}

/** The refusal of an account that is gone, or has another name, since it was looked up. */
export function refuseGoneUser(trace: OperationTrace): never {
  trace.reason = "ended_meanwhile";
  refuseUnknownUser();
}

/** The refusal of a live session that lacks what it takes. */
export function refusePermission(): never {
  throw new UserHarborError("permission_denied", "Cannot proceed: the account lacks the role or permission");
}
