import type { UserHarbor } from "@userharbor/core";
import assert from "node:assert/strict";
import { emailOf, NEW_PASSWORD } from "../_harness.ts";
import type { Application } from "./_application.ts";

/** A token that works once, and how to tell that it did. */
export interface SingleUse {
  readonly token: string;
  /** Each use may come from another place, with another password. */
  readonly use: (harbor: UserHarbor, token: string, index: number) => Promise<unknown>;
  /** Asserts that there is the effect of the use that won, and of no other. */
  readonly check: (winner: number) => Promise<void>;
}

/** Every kind of token, brought about for an account of this name. */
export const SINGLE_USE: Readonly<Record<string, (app: Application, name: string) => Promise<SingleUse>>> = {
  verification: async (app, name) => ({
    token: await app.registered(name),
    use: (harbor, token) => harbor.verifyEmail(token),
    check: async () => {
      await app.settled();
      assert.equal(mailsOf(app, name, "email_verified"), 1);
      assert.equal((await app.harbor(1).users.get(name))?.verified, true);
    },
  }),

  "password reset": async (app, name) => {
    await app.verified(name);
    const passwordOf = (index: number) => `${NEW_PASSWORD} ${index}`;
    return {
      token: await app.resetToken(name),
      use: (harbor, resetToken, index) =>
        harbor.resetPassword({ resetToken, newPassword: passwordOf(index) }),
      check: async (winner) => {
        await app.settled();
        assert.equal(mailsOf(app, name, "password_changed"), 1);
        await app.harbor(1).login({ username: name, password: passwordOf(winner) });
      },
    };
  },

  "new address": async (app, name) => {
    const { sessionToken } = await app.loggedIn(name);
    return {
      token: await app.emailChangeToken(sessionToken, `${name}@example.net`),
      use: (harbor, token) => harbor.confirmEmailChange(token),
      check: async () => {
        await app.settled();
        assert.equal(mailsOf(app, name, "email_changed"), 1);
        assert.equal((await app.harbor(1).users.get(name))?.email, `${name}@example.net`);
      },
    };
  },

  session: async (app, name) => {
    const { sessionToken } = await app.loggedIn(name);
    return {
      token: sessionToken,
      use: (harbor, token, index) => index % 2 === 0 ? harbor.logout(token) : harbor.logoutAll(token),
      check: async () => {
        for (const harbor of app.harbors) assert.equal(await harbor.verifySession(sessionToken), false);
      },
    };
  },
};

function mailsOf({ emailSender }: Application, name: string, kind: string): number {
  return emailSender.sent.filter((mail) => mail.kind === kind && mail.to === emailOf(name)).length;
}
