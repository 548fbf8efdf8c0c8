import type { RequestContext, UserHarbor } from "@userharbor/core";
import type { Connection, SessionCookie } from "@userharbor/http";
import type { Html } from "./html.ts";
import type { Link } from "./site.ts";

/** The operations that pages call: any harbor has them, whatever its store's own user type. */
export type PagesHarbor = Pick<
  UserHarbor,
  | "register"
  | "verifyEmail"
  | "resendVerification"
  | "login"
  | "getCurrentUser"
  | "logout"
  | "logoutAll"
  | "sendPasswordReset"
  | "resetPassword"
  | "changePassword"
  | "changeEmail"
  | "confirmEmailChange"
  | "changeUsername"
  | "sessions"
  | "deleteAccount"
>;

/** Where the pages are, and what they show beside their own. */
export interface PagesOptions {
  /** Keeps who is logged in; its origin is where people see the pages. */
  readonly cookie: SessionCookie;
  /** What stands before every path: empty, or as `/accounts`. Default: empty. */
  readonly basePath?: string;
  /** What the site is called. */
  readonly name: string;
  /** What the start page says first. */
  readonly introduction: Html;
  /** What the start page says last. Default: nothing. */
  readonly afterword?: Html;
  /** What every page links to beside its name. Default: nothing. */
  readonly links?: readonly Link[];
  /** What follows wherever a page says that a mail is on its way, such as where to find it. */
  readonly mailHint?: Html;
  /** What the harbor is told about a caller. Default: nothing. */
  readonly context?: (request: Request, connection: Connection) => RequestContext;
  /** Told of every error behind a page with 500 or 503, which says nothing of it. Default: nobody is. */
  readonly onError?: (error: unknown) => void;
}
