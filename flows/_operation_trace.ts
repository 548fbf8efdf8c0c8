import type { HiddenReason, OperationName, RequestContext } from "../events.ts";
import type { User } from "../interfaces.ts";

/** What an operation finds out on its way that its event tells, and its caller is not told. */
export class OperationTrace {
  readonly name: OperationName;
  readonly context: RequestContext | undefined;
  /** Whose account it turned out to be about. */
  user: Pick<User, "id" | "username"> | undefined;
  /** What the answer hides. */
  reason: HiddenReason | undefined;
  /** Whether its record was committed with the change it made. */
  isRecorded: boolean = false;

  constructor(name: OperationName, context: RequestContext | undefined) {
    this.name = name;
    this.context = context;
  }

  /** Notes whose account it is about, and hands it on. */
  about<Account extends Pick<User, "id" | "username">>(user: Account): Account {
    this.user = user;
    return user;
  }
}
