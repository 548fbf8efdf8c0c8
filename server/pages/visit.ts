import type { RequestContext } from "@userharbor/core";
import type { FlashContent } from "./flash.ts";

/** A request for a page, and what its headers tell. */
export interface Visit {
  /** With its body unread. */
  readonly request: Request;
  /** Its address. */
  readonly url: URL;
  /** The session token it carries, be it good or not. */
  readonly sessionToken: string | null;
  /** What the last page left to be shown. */
  readonly left: FlashContent | null;
  /** What the harbor is told about it. */
  readonly context: RequestContext;
}

/** What one path answers; without `get` it is for forms alone, without `post` for reading. */
export interface PageRoute {
  /** Shows a page, and changes nothing. */
  readonly get?: (visit: Visit) => Promise<Response>;
  /** Takes a form. */
  readonly post?: (visit: Visit) => Promise<Response>;
}
