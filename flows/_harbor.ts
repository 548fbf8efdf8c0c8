import type { RequestContext } from "../events.ts";
import type { EmailSender, Outbox, PasswordHasher, User, UserStore } from "../interfaces.ts";
import type { TokenHasher } from "../primitives/token_hasher.ts";
import type { BackgroundWork } from "./_background_work.ts";
import type { EventReport } from "./_events.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import type { Throttling } from "./_throttling.ts";

/** What a new password is judged with. */
export interface PasswordOwner {
  /** The spelling the person chose. */
  readonly username: string;
  /** Canonical address. */
  readonly email: string;
}

/** Everything a flow works with: the ports, the rules and the clock, checked and frozen. */
export interface Harbor<U extends User = User> {
  readonly store: UserStore<U>;
  readonly emailSender: EmailSender;
  readonly passwordHasher: PasswordHasher;
  readonly tokenHasher: TokenHasher;
  readonly emailVerificationTtlMs: number;
  readonly passwordResetTtlMs: number;
  readonly emailChangeTtlMs: number;
  readonly sessionTtlMs: number;
  /** Null: sessions never slide. */
  readonly sessionRefreshThresholdMs: number | null;
  readonly sessionMaxAgeMs: number;
  /** Null: as many as a person opens. */
  readonly maxSessionsPerUser: number | null;
  /** Null: nothing about a client is kept. */
  readonly sessionClientRetentionMs: number | null;
  readonly unverifiedTtlMs: number;
  readonly usernameValidator: (username: string) => boolean | Promise<boolean>;
  readonly passwordValidator: (
    password: string,
    owner: PasswordOwner,
  ) => boolean | string | Promise<boolean | string>;
  readonly clock: () => Date;
  /** Null: attempts are not counted. */
  readonly throttling: Throttling | null;
  /** Whether every change commits with its record. */
  readonly auditTrail: boolean;
  /** Null: mail is sent soon after the answer. */
  readonly outbox: Outbox | null;
  readonly background: BackgroundWork;
  readonly events: EventReport;
}

/** What a flow is called with: the caller's values, whatever they are, and where the call came from. */
export interface Call<Input> {
  readonly input: Input;
  readonly context: RequestContext | undefined;
  /** What the flow finds out, for the event. */
  readonly trace: OperationTrace;
}
