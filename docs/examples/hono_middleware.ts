import type { User, UserHarbor } from "@userharbor/core";
import { createGuards, createHandler, errorResponse, type HandlerOptions } from "@userharbor/http";

/** The members of Hono's context that are touched here. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
  set(key: string, value: unknown): void;
}

/** Hono's middleware, as far as it matters here. */
export type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<Response | void>;

/** How the routes are mounted. */
export interface AccountsOptions<U extends User> extends HandlerOptions<U> {
  /** Who is at the other end of the connection, as `getConnInfo` of Hono tells it on each runtime. */
  readonly peerAddressOf?: (context: HonoContext) => string | undefined;
}

/** Answers every request below the base path, and passes the others on. */
export function accounts<U extends User>(
  harbor: UserHarbor<U>,
  { peerAddressOf, ...options }: AccountsOptions<U> = {},
): HonoMiddleware {
  const handle = createHandler(harbor, options);
  return async (context, next) => {
    const connection = { peerAddress: peerAddressOf?.(context) };
    return await handle(context.req.raw, connection) ?? await next();
  };
}

/** Lets a request pass whose account has the permission, with the account as the context's `user`. */
export function requirePermission(harbor: UserHarbor, permission: string): HonoMiddleware {
  const guards = createGuards(harbor);
  return async (context, next) => {
    try {
      context.set("user", await guards.requirePermission(context.req.raw, permission));
    } catch (error) {
      return errorResponse(error);
    }
    return await next();
  };
}
