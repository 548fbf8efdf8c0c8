import type { OperationName, RequestContext } from "../events.ts";
import type { User } from "../interfaces.ts";
import { recordLater } from "./_audit_trail.ts";
import { type Ending, endingOf } from "./_events.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { knownContext } from "./_known_context.ts";
import { OperationTrace } from "./_operation_trace.ts";

/** One thing that a person does: a file of this folder. */
export type Flow<U extends User, Input, Result> = (harbor: Harbor<U>, call: Call<Input>) => Promise<Result>;

/** Makes an operation of a flow: what runs it, and makes its one event when it has ended. */
export type Operate<U extends User> = <Input, Result>(
  name: OperationName,
  flow: Flow<U, Input, Result>,
) => (input: Input, context?: RequestContext) => Promise<Result>;

/** Binds operations that change nothing to one harbor. */
export function readsOf<U extends User>(harbor: Harbor<U>): Operate<U> {
  return operationsOf(harbor, true);
}

/** Binds operations to one harbor. */
export function operationsOf<U extends User>(harbor: Harbor<U>, areReads: boolean = false): Operate<U> {
  return (name, flow) => (given, from) => {
    // Nothing at all, as plain JavaScript may have it, is refused by code like an object without the fields.
    const input = given ?? {} as typeof given;
    const context = knownContext(from);
    const trace = new OperationTrace(name, context, areReads);
    return flow(harbor, { input, context, trace }).then((result) => {
      conclude(harbor, { trace, ending: { outcome: "succeeded" } });
      return result;
    }, (error: unknown) => {
      conclude(harbor, { trace, ending: endingOf(error) });
      throw error;
    });
  };
}

/** Makes the one event of an operation, and its record unless the change it made took that along. */
function conclude<U extends User>(
  harbor: Harbor<U>,
  { trace, ending }: { readonly trace: OperationTrace; readonly ending: Ending },
): void {
  if (!harbor.auditTrail && !harbor.events.isHeard) return;
  const event = harbor.events.eventOf(trace, ending);
  harbor.events.tell(event);
  recordLater(harbor, { trace, event });
}
