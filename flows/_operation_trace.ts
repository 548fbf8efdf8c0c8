import type { HarborEvent, HiddenReason, RequestContext } from "../events.ts";
import type { User } from "../interfaces.ts";

/** Whose account something is about. A mailed token knows the name alone. */
export type EventSubject = Pick<User, "username"> & Partial<Pick<User, "id">>;

/** What an operation finds out on its way that its event tells, and its caller is not told. */
export class OperationTrace {
  readonly name: HarborEvent["name"];
  readonly context: RequestContext | undefined;
  /** Whose account it turned out to be about. */
  user: EventSubject | undefined;
  /** The role it is about; well-formed. */
  role: string | undefined;
  /** The permission it is about; well-formed. */
  permission: string | undefined;
  /** What the answer hides. */
  reason: HiddenReason | undefined;
  /** Whether it changes nothing, so that there is nothing to record but what was denied. */
  readonly isRead: boolean;
  /** Whether its record is committed with the change it made, or left to work behind the answer, or not worth a row. */
  isRecorded: boolean = false;

  constructor(name: HarborEvent["name"], context: RequestContext | undefined, isRead: boolean = false) {
    this.name = name;
    this.context = context;
    this.isRead = isRead;
  }

  /** Notes whose account it is about, and hands it on. */
  about<Subject extends EventSubject>(user: Subject): Subject {
    this.user = user;
    return user;
  }

  /** Notes what the answer hides, unless something closer to the cause did so already. */
  because(reason: HiddenReason): void {
    this.reason ??= reason;
  }
}
