import { isUserHarborError, type User } from "@userharbor/core";
import type { Connection, SessionCookie } from "@userharbor/http";
import { createFlash, type FlashContent } from "./flash.ts";
import { html } from "./html.ts";
import { noticeMessage } from "./messages.ts";
import { HEADERS, type Page, pageAnswer } from "./page_answer.ts";
import type { PagesHarbor, PagesOptions } from "./page_options.ts";
import { type PagePaths, pagePaths } from "./page_paths.ts";
import { PageRefusal } from "./page_refusal.ts";
import type { Visit } from "./visit.ts";

/** Where a step leads, and what it leaves. */
export interface Onward extends Partial<FlashContent> {
  /** One of the pages' own paths. */
  readonly to: string;
  /** The `Set-Cookie` header that opens or ends the session. */
  readonly cookie?: string;
}

/** What every page works with. Every member may be used without `this`. */
export interface Desk {
  /** The accounts. */
  readonly harbor: PagesHarbor;
  /** Keeps who is logged in. */
  readonly cookie: SessionCookie;
  /** Where the pages are. */
  readonly paths: PagePaths;
  /** Reads what the headers of a request tell, and its connection. */
  receive(request: Request, connection: Connection): Visit;
  /** Shows a page, and once what the last page left; a message of its own goes first. */
  show(page: Page, left?: FlashContent | null): Promise<Response>;
  /** Sends a browser on by GET, so that reloading what comes next repeats no step. */
  goOn(onward: Onward): Response;
  /** Sends somebody without a live session to where one is opened. */
  askToLogIn(visit: Visit): Response;
  /**
   * Who is logged in; null for nobody.
   *
   * @throws {PageRefusal} `unavailable` when the harbor cannot tell
   */
  visitor(visit: Visit): Promise<User | null>;
}

/**
 * Puts together what every page works with.
 *
 * @param harbor the accounts
 * @param options where the pages are, and what they show
 */
export function openDesk(harbor: PagesHarbor, options: PagesOptions): Desk {
  const { cookie, name, links = [], mailHint = html``, context = () => ({}) } = options;
  const paths = pagePaths(options.basePath);
  const flash = createFlash(cookie.origin);
  const site = { name, home: paths.start, links };

  function receive(request: Request, connection: Connection): Visit {
    return {
      request,
      url: new URL(request.url),
      sessionToken: cookie.read(request),
      left: flash.read(request),
      context: context(request, connection),
    };
  }

  function show(page: Page, left: FlashContent | null = null): Promise<Response> {
    if (left === null) return pageAnswer(page, site);
    const headers = new Headers(page.headers);
    headers.append("set-cookie", flash.clear());
    return pageAnswer({ message: noticeMessage(left.notice, mailHint), ...page, headers }, site);
  }

  function goOn({ to, cookie, notice, email = "" }: Onward): Response {
    const headers = new Headers({ ...HEADERS, location: to });
    if (cookie !== undefined) headers.append("set-cookie", cookie);
    if (notice !== undefined) headers.append("set-cookie", flash.set({ notice, email }));
    return new Response(null, { status: 303, headers });
  }

  function askToLogIn({ sessionToken }: Visit): Response {
    if (sessionToken === null) return goOn({ to: paths.logIn, notice: "login_needed" });
    return goOn({ to: paths.logIn, notice: "session_ended", cookie: cookie.clear() });
  }

  async function visitor({ sessionToken, context }: Visit): Promise<User | null> {
    if (sessionToken === null) return null;
    try {
      return await harbor.getCurrentUser(sessionToken, context);
    } catch (error) {
      if (isUserHarborError(error) && error.code === "invalid_session_token") return null;
      throw new PageRefusal("unavailable", error);
    }
  }

  return { harbor, cookie, paths, receive, show, goOn, askToLogIn, visitor };
}
