import { jsonAnswer, pageAnswer } from "./answers.ts";
import type { DevInbox } from "./dev_inbox.ts";
import { isLoopback } from "./is_loopback.ts";
import { startPage } from "./start_page.ts";

/** What the pages show, and to whom. */
export interface PagesOptions {
  /** Where this server answers, by its settings and never by what a request says. */
  readonly origin: string;
  /** The mail to show; null: the inbox is off. */
  readonly inbox: DevInbox | null;
  /** Whether only requests for a loopback host are answered. */
  readonly loopbackOnly: boolean;
}

/**
 * Serves everything outside the API: the start page, the inbox while it is on, and 404 for the rest.
 *
 * @param options what the pages show, and to whom
 * @returns what answers a request
 */
export function createPages(
  { origin, inbox, loopbackOnly }: PagesOptions,
): (request: Request) => Response {
  const content = startPage({ origin, devInbox: inbox !== null });
  const pages = new Map([["/", () => pageAnswer({ title: "UserHarbor", content })]]);
  if (inbox !== null) {
    pages.set("/dev/inbox", () => pageAnswer({ title: "Inbox", content: inbox.toHtml() }));
    pages.set("/dev/inbox.json", () => jsonAnswer(200, inbox.list()));
  }
  return (request) => {
    const page = pages.get(new URL(request.url).pathname);
    if (page === undefined) return jsonAnswer(404, { detail: "Not found", code: "not_found" });
    // A stranger's name that leads to this computer (DNS rebinding) would let the stranger's site read the mail.
    if (loopbackOnly && !asksForLoopback(request)) {
      return jsonAnswer(403, {
        detail: "This page answers to a loopback host only",
        code: "permission_denied",
      });
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      const refusal = jsonAnswer(405, { detail: "Method not allowed", code: "method_not_allowed" });
      refusal.headers.set("allow", "GET, HEAD");
      return refusal;
    }
    return page();
  };
}

function asksForLoopback(request: Request): boolean {
  const host = request.headers.get("host") ?? "";
  return isLoopback(host.replace(/:\d*$/, ""));
}
