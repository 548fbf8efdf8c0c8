import type { User } from "@userharbor/core";
import type { Desk } from "./desk.ts";
import { type Html, html } from "./html.ts";
import type { PageRoute } from "./visit.ts";

/**
 * Says who is logged in, and leads to all that can be done with the account.
 *
 * @param desk what pages work with
 */
export function accountPage({ paths, show, visitor, askToLogIn }: Desk): PageRoute {
  return {
    get: async (visit) => {
      const user = await visitor(visit);
      if (user === null) return askToLogIn(visit);
      return await show({ title: "Your account", content: contentFor(user) }, visit.left);
    },
  };

  function contentFor({ username, email }: User): Html {
    return html`
      <dl>
        <dt>Username</dt>
        <dd>${username}</dd>
        <dt>E-mail address</dt>
        <dd>${email}</dd>
      </dl>
      <h2>Change</h2>
      <ul class="row">
        <li><a class="button plain" href="${paths.password}">Change the password</a></li>
        <li><a class="button plain" href="${paths.email}">Change the e-mail address</a></li>
        <li><a class="button plain" href="${paths.username}">Change the username</a></li>
      </ul>
      <h2>Log out</h2>
      <p><a href="${paths.sessions}">See where you are logged in</a></p>
      <div class="row">
        <form method="post" action="${paths.logOut}"><button class="button plain">Log out</button></form>
        <form method="post" action="${paths
          .logOutEverywhere}"><button class="button plain">Log out everywhere</button></form>
      </div>
      <h2>Delete</h2>
      <p><a class="button danger" href="${paths.deletion}">Delete the account</a></p>
    `;
  }
}
