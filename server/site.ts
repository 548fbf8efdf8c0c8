import { type Connection, createSessionCookie, requestContext } from "@userharbor/http";
import { jsonAnswer } from "./answers.ts";
import { apiCommands } from "./api_commands.ts";
import type { DevInbox } from "./dev_inbox.ts";
import { inboxPage } from "./inbox_page.ts";
import { isLoopback } from "./is_loopback.ts";
import {
  createPages,
  type Html,
  html,
  type Page,
  pageAnswer,
  type PagesHarbor,
  type Site,
} from "./pages/mod.ts";

/** Where the site is, and what it shows. */
export interface SiteOptions {
  /** Where this server answers, by its settings and never by what a request says. */
  readonly origin: string;
  /** Whether a session cookie is safe there: on https, or on this computer alone. */
  readonly hasPages: boolean;
  /** The mail to show; null: the inbox is off. */
  readonly inbox: DevInbox | null;
  /** Whether mail is really sent. */
  readonly sendsMail: boolean;
  /** The proxies that are believed about where a request comes from. */
  readonly trustedProxies: readonly string[];
}

/** Why there is no page. */
interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

const NOT_FOUND: Refusal = { status: 404, code: "not_found", detail: "There is nothing at this path" };
const METHOD_NOT_ALLOWED: Refusal = {
  status: 405,
  code: "method_not_allowed",
  detail: "This path does not allow the method",
};
const LOOPBACK_ONLY: Refusal = {
  status: 403,
  code: "permission_denied",
  detail: "This page answers to a loopback host only; the setting ORIGIN lets it answer to another",
};

const WITHOUT_PAGES =
  html`<p>This is an account server. Programs use it through the <a href="#api">API</a>.</p>
<p>Its pages for people are off. Others can reach this server, and over plain http they could read who is logged in.
To turn the pages on, serve them over https and set <code>ORIGIN</code> to their address, such as
<code>https://accounts.example.org</code>.</p>`;

/**
 * Serves everything outside the API: the pages for people, the inbox while it is on, and 404 for the rest.
 *
 * @param harbor the accounts
 * @param options where the site is, and what it shows
 * @returns what answers a request
 */
export function createSite(
  harbor: PagesHarbor,
  { origin, hasPages, inbox, sendsMail, trustedProxies }: SiteOptions,
): (request: Request, connection: Connection) => Promise<Response> {
  const inboxLinks = inbox === null ? [] : [{ href: "/dev/inbox", text: "Inbox" }];
  const links = [...inboxLinks, { href: "/#api", text: "API" }];
  const site: Site = { name: "UserHarbor", home: "/", links };
  const commands = apiCommands({ origin, mail: inbox !== null ? "shown" : sendsMail ? "sent" : "dropped" });
  const own = ownPages({ hasPages, inbox, commands });
  const loopbackOnly = hasPages && isLoopback(new URL(origin).hostname);
  const pages = !hasPages ? () => Promise.resolve(null) : createPages(harbor, {
    name: site.name,
    links,
    cookie: createSessionCookie({ origin }),
    introduction: introduction(inbox !== null),
    afterword: commands,
    ...(sendsMail ? {} : { mailHint: mailHint(inbox !== null) }),
    context: (request, connection) => requestContext(request, { ...connection, trustedProxies }),
    onError: console.error,
  });

  async function serveOwn(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const page = own.get(pathname);
    const isJson = inbox !== null && pathname === "/dev/inbox.json";
    if (page === undefined && !isJson) return await refuse(request, NOT_FOUND);
    if (request.method !== "GET" && request.method !== "HEAD") {
      const refusal = await refuse(request, METHOD_NOT_ALLOWED);
      refusal.headers.set("allow", "GET, HEAD");
      return refusal;
    }
    return page === undefined
      ? jsonAnswer(200, inbox?.list().map(({ content: _, ...mail }) => mail))
      : await pageAnswer(page(), site);
  }

  /** People get a page, programs JSON. */
  async function refuse(request: Request, { status, code, detail }: Refusal): Promise<Response> {
    const isForPeople = request.headers.get("accept")?.includes("text/html") ?? false;
    if (!isForPeople) return jsonAnswer(status, { detail, code });
    return await pageAnswer({
      status,
      title: detail,
      content: html`<p><a href="/">Go to the first page</a></p>`,
    }, site);
  }

  return async (request, connection) => {
    // A stranger's name that leads to this computer (DNS rebinding) would let the stranger's site read the mail.
    if (loopbackOnly && !asksForLoopback(request)) return await refuse(request, LOOPBACK_ONLY);
    return await pages(request, connection) ?? await serveOwn(request);
  };
}

/** What stands beside the pages for people. */
function ownPages(
  { hasPages, inbox, commands }: Pick<SiteOptions, "hasPages" | "inbox"> & { readonly commands: Html },
): ReadonlyMap<string, () => Page> {
  const pages = new Map<string, () => Page>();
  if (!hasPages) {
    pages.set("/", () => ({ title: "UserHarbor", content: html`${WITHOUT_PAGES}${commands}` }));
  }
  if (inbox !== null) pages.set("/dev/inbox", () => inboxPage(inbox.list()));
  return pages;
}

function asksForLoopback(request: Request): boolean {
  const host = request.headers.get("host") ?? "";
  return isLoopback(host.replace(/:\d*$/, ""));
}

function introduction(hasInbox: boolean): Html {
  const mail = hasInbox
    ? html`<p>Try it with any name and address. No mail is sent: what would have been sent is in the
<a href="/dev/inbox">inbox</a>.</p>`
    : null;
  return html`<p>This is an account server. Here you register, log in and look after your account; programs do the same
through the <a href="#api">API</a>.</p>${mail}`;
}

function mailHint(hasInbox: boolean): Html {
  return hasInbox
    ? html`<p>No mail is really sent here: <a href="/dev/inbox">read it in the inbox</a>.</p>`
    : html`<p>This server cannot send mail, and its inbox is off: no mail will come.</p>`;
}
