import { isUserHarborError, type User, type UserHarbor } from "@userharbor/core";
import { errorResponse, jsonResponse, refuse, refuseForeignPage } from "./answers.ts";
import type { Connection } from "./client_address.ts";
import { checkHandlerOptions, type HandlerOptions } from "./handler_options.ts";
import { isSessionRefusal } from "./is_session_refusal.ts";
import { readFields } from "./read_fields.ts";
import { RequestRefusal } from "./request_refusal.ts";
import type { Route } from "./route.ts";
import { makeRoutes } from "./routes.ts";

/**
 * Makes the function that answers every request below the base path.
 *
 * It never rejects. What is cheap to judge is judged first: path, method, with a cookie the page that asks,
 * session token, content type, size and shape of the body, and only then is the harbor asked.
 *
 * @param harbor the accounts
 * @param options where the routes are mounted, and what they tell
 * @returns the answer to a request; null for one outside the base path, which is the application's own. Told the
 * address at the other end of the connection as well, it knows where a request comes from
 * @throws {TypeError} for an option of the wrong type, or one that does not exist
 * @throws {RangeError} for a base path, or a network, of another form; both name the option
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { UserHarbor } from "@userharbor/core";
 * import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
 * import { createHandler } from "@userharbor/http";
 * import { MemoryUserStore } from "@userharbor/memory";
 *
 * const harbor = new UserHarbor({
 *   store: new MemoryUserStore(),
 *   emailSender: new RecordingEmailSender(),
 *   passwordHasher: new FastPasswordHasher(), // for tests only
 * });
 * const handle = createHandler(harbor, { basePath: "/auth" });
 *
 * const registered = await handle(
 *   new Request("https://example.org/auth/register", {
 *     method: "POST",
 *     headers: { "content-type": "application/json" },
 *     body: JSON.stringify({
 *       username: "ada",
 *       email: "ada@example.org",
 *       password: "seven quiet otters at dawn",
 *     }),
 *   }),
 * );
 * assert.equal(registered?.status, 201);
 * assert.equal(await handle(new Request("https://example.org/")), null);
 * await harbor.settled();
 * ```
 */
export function createHandler<U extends User>(
  harbor: UserHarbor<U>,
  options: HandlerOptions<U> = {},
): (request: Request, connection?: Connection) => Promise<Response | null> {
  const { basePath, serializeUser, context, onError, sessions } = checkHandlerOptions(options);
  const routes = new Map(makeRoutes(serializeUser).map((route) => [route.path, route]));

  async function serve(route: Route<U>, { request, connection }: Arrival): Promise<Response> {
    if (request.method !== route.method) return refuse("method_not_allowed", { allow: route.method });
    if (!sessions.admits(request)) return refuseForeignPage();
    const sessionToken = route.needsSession ? sessions.token(request) : "";
    if (sessionToken === null) return refuse("invalid_session_token", sessions.refused(request));
    const fields = await readFields(request, route.fields);
    const replacedToken = sessions.replaceable(request);
    const call = { fields, sessionToken, replacedToken, context: context(request, connection) };
    let result: unknown;
    try {
      result = await route.run(harbor, call);
    } catch (error) {
      if (isSessionRefusal(error)) return refuse("invalid_session_token", sessions.refused(request));
      if (!isUserHarborError(error)) report(error);
      return errorResponse(error);
    }
    const { body, headers = {} } = await route.answer(result, sessions);
    return jsonResponse(body, { status: route.status, headers });
  }

  function report(error: unknown): void {
    try {
      onError(error);
    } catch {
      // The answer is due, whatever becomes of the log.
    }
  }

  return async (request, connection) => {
    try {
      const path = pathBelow(basePath, request.url);
      if (path === null) return null;
      const route = routes.get(path);
      return route === undefined
        ? refuse("not_found")
        : await serve(route, { request, connection: connection ?? {} });
    } catch (error) {
      if (error instanceof RequestRefusal) return refuse(error.code);
      report(error);
      return refuse("internal_error");
    }
  };
}

interface Arrival {
  readonly request: Request;
  readonly connection: Connection;
}

/** The rest of the path, spelt exactly as the URL has it; null outside the base path. */
function pathBelow(basePath: string, url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { pathname } = new URL(url);
  const prefix = basePath === "/" ? "" : basePath;
  if (pathname === prefix) return "";
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : null;
}
