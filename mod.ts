/**
 * Account management that an application embeds: registration, e-mail verification, login, sessions, password
 * change and reset, deletion, roles and permissions.
 *
 * The core owns the rules, the tokens and the hashing. Databases, mail and web frameworks are adapters behind
 * the ports declared here.
 *
 * @module
 */

export { isUserHarborError, UserHarborError } from "./errors.ts";
export type { ErrorCode, UserHarborErrorDetails } from "./errors.ts";
export type {
  BackgroundWorkName,
  HarborEvent,
  HiddenReason,
  OperationName,
  RequestContext,
} from "./events.ts";
export type { AddedAccount } from "./flows/_added_account.ts";
export type { PasswordOwner } from "./flows/_harbor.ts";
export type { OpenedSession } from "./flows/_sessions.ts";
export type { AttemptLimit, PasswordAttemptLimits, ThrottleLimits } from "./flows/_throttle_limits.ts";
export type { ChangeEmailInput } from "./flows/change_email.ts";
export type { ChangePasswordInput } from "./flows/change_password.ts";
export type { ChangeUsernameInput } from "./flows/change_username.ts";
export type { CreateUserInput } from "./flows/create_user.ts";
export type { DeleteAccountInput } from "./flows/delete_account.ts";
export type { ImportUserInput } from "./flows/import_user.ts";
export type { SessionSummary } from "./flows/list_sessions.ts";
export type { ListUsersInput, UserPage } from "./flows/list_users.ts";
export type { LoginInput } from "./flows/login.ts";
export type { PurgeExpiredInput } from "./flows/purge_expired.ts";
export type { ReauthenticateInput } from "./flows/reauthenticate.ts";
export type { RegisterInput } from "./flows/register.ts";
export type { RequireFreshSessionInput } from "./flows/require_fresh_session.ts";
export type { ResetPasswordInput } from "./flows/reset_password.ts";
export type { RevokeSessionInput } from "./flows/revoke_session.ts";
export { UserHarbor } from "./harbor.ts";
export type {
  AttemptBackoff,
  AttemptRequest,
  AttemptReservation,
  ClaimedMail,
  ClaimMailRequest,
  CreateUserRequest,
  EmailChangeMessage,
  EmailSender,
  EmailVerification,
  Finding,
  HarborMail,
  ListUsersRequest,
  MailBurial,
  MailKind,
  MailMessages,
  MailOf,
  MailOrigin,
  NewSession,
  Outbox,
  OutboxMail,
  OutboxQueue,
  PasswordHasher,
  PasswordResetMessage,
  PermissionStore,
  PurgeRequest,
  RoleStore,
  Session,
  SessionClient,
  StoreRecord,
  Throttle,
  TokenStore,
  TransactionReach,
  User,
  UserAccountStore,
  UserFlags,
  UserGuard,
  UserMessage,
  UsernameChangedMessage,
  UserRenaming,
  UserStore,
  UserToken,
  VerificationMessage,
} from "./interfaces.ts";
export type { UserHarborOptions } from "./options.ts";
export { countAttempt, refundAttempt } from "./primitives/attempt_count.ts";
export type { AttemptCount, CountedAttempt } from "./primitives/attempt_count.ts";
export { clientNetwork } from "./primitives/client_network.ts";
export { defaultPasswordValidator, defaultUsernameValidator } from "./primitives/default_validators.ts";
export { parseIpAddress } from "./primitives/ip_address.ts";
export type { IpAddress } from "./primitives/ip_address.ts";
export { MemoryThrottle } from "./primitives/memory_throttle.ts";
export type { MemoryThrottleOptions } from "./primitives/memory_throttle.ts";
export { sendMail } from "./primitives/send_mail.ts";
export type { Permissions, Roles } from "./role_catalog.ts";
export { schedulePurge } from "./schedule_purge.ts";
export type { SchedulePurgeOptions } from "./schedule_purge.ts";
export type { Sessions } from "./session_overview.ts";
export type { Users } from "./user_administration.ts";
