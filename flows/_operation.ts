import type { OperationName, RequestContext } from "../events.ts";
import type { User } from "../interfaces.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { OperationTrace } from "./_operation_trace.ts";

/** One thing that a person does: a file of this folder. */
export type Flow<U extends User, Input, Result> = (harbor: Harbor<U>, call: Call<Input>) => Promise<Result>;

/** Makes an operation of a flow: what runs it, and makes its one event when it has ended. */
export type Operate<U extends User> = <Input, Result>(
  name: OperationName,
  flow: Flow<U, Input, Result>,
) => (input: Input, context?: RequestContext) => Promise<Result>;

/** Binds operations to one harbor. */
export function operationsOf<U extends User>(harbor: Harbor<U>): Operate<U> {
  return (name, flow) => (input, context) => {
    const trace = new OperationTrace(name, context);
    return harbor.events.operation(trace, flow(harbor, { input, context, trace }));
  };
}
