import type { Desk } from "./desk.ts";
import { type Html, html } from "./html.ts";
import type { PagesOptions } from "./page_options.ts";
import type { PageRoute } from "./visit.ts";

/**
 * Says what this is, and leads to the account or to the ways to get one.
 *
 * @param desk what pages work with
 * @param options what the page says first and last
 */
export function startPage({ paths, show, visitor }: Desk, options: PagesOptions): PageRoute {
  const { name, introduction, afterword = null } = options;
  return {
    get: async (visit) => {
      const user = await visitor(visit);
      const ways = user === null ? waysIn() : wayOn(user.username);
      return await show({ title: name, content: html`${introduction}${ways}${afterword}` }, visit.left);
    },
  };

  function waysIn(): Html {
    return html`
      <ul class="row">
        <li><a class="button" href="${paths.register}">Register</a></li>
        <li><a class="button plain" href="${paths.logIn}">Log in</a></li>
      </ul>
    `;
  }

  function wayOn(username: string): Html {
    return html`
      <p>You are logged in as <strong>${username}</strong>.</p>
      <ul class="row">
        <li><a class="button" href="${paths.account}">Your account</a></li>
      </ul>
    `;
  }
}
