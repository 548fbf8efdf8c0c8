import { createGuards, createSessionCookie, type Guards, type SessionCookie } from "../mod.ts";
import type { RouteCase } from "./_route_cases.ts";
import { type RequestChange, World } from "./_world.ts";

/** What a browser sends along with a request of a page of the same origin. */
export const SAME_ORIGIN: Readonly<Record<string, string>> = {
  "origin": "https://example.org",
  "sec-fetch-site": "same-origin",
};

/** A world whose people come with browsers. */
export class CookieWorld extends World {
  readonly cookie: SessionCookie;
  readonly cookieGuards: Guards;

  constructor(cookie: SessionCookie = createSessionCookie({ origin: "https://example.org" })) {
    super({ handler: { cookie, onError: (error) => this.errors.push(error) } });
    this.cookie = cookie;
    this.cookieGuards = createGuards(this.harbor, { cookie });
  }

  /** The Cookie header of a browser that holds this value; by default, of Ada's. */
  held(value: string = this.secrets.session): string {
    return `${this.cookie.name}=${value}`;
  }

  /** As a page of the same origin asks, in Ada's browser. */
  fromBrowser({ headers, ...change }: RequestChange = {}): RequestChange {
    return { ...change, headers: { ...SAME_ORIGIN, authorization: null, cookie: this.held(), ...headers } };
  }

  /** The handler's answer to a page of the same origin. */
  async browse(route: RouteCase, change: RequestChange = {}): Promise<{ response: Response; text: string }> {
    return await this.ask(route, this.fromBrowser(change));
  }
}

/** A settled world with cookies. */
export async function openCookieWorld(cookie?: SessionCookie): Promise<CookieWorld> {
  const world = new CookieWorld(cookie);
  await world.settle();
  return world;
}

/** The token in a `Set-Cookie` header; empty for one that clears. */
export function tokenSet(response: Response): string | undefined {
  return /^[^=]+=([^;]*);/.exec(response.headers.get("set-cookie") ?? "")?.[1];
}
