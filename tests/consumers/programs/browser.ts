/**
 * An application without a server: what a browser, or a worker at the edge, has is all it uses.
 *
 * @module
 */

import {
  type EmailSender,
  isUserHarborError,
  MemoryThrottle,
  type PasswordHasher,
  UserHarbor,
} from "@userharbor/core";
import { createHandler } from "@userharbor/http";
import { MemoryUserStore } from "@userharbor/memory";
import { createMessages } from "@userharbor/messages";
import { createPasswordPolicy } from "@userharbor/password-policy";

const PASSWORD = "seven quiet otters at dawn";

/** Good for nothing but this. */
const passwordHasher: PasswordHasher = {
  async hash(password) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(password));
    return `$digest$${[...new Uint8Array(digest)].join(".")}`;
  },
  async verify(password, passwordHash) {
    return await this.hash(password) === passwordHash;
  },
  needsRehash: () => Promise.resolve(false),
};

async function live(): Promise<string> {
  let token = "";
  const ignored = () => Promise.resolve();
  const emailSender: EmailSender = {
    sendVerification: ({ verificationToken }) => {
      token = verificationToken;
      return Promise.resolve();
    },
    sendPasswordReset: ignored,
    sendEmailVerified: ignored,
    sendPasswordChanged: ignored,
    sendAccountDeleted: ignored,
  };
  const harbor = new UserHarbor({
    store: new MemoryUserStore(),
    emailSender,
    passwordHasher,
    passwordValidator: createPasswordPolicy(),
    throttle: new MemoryThrottle(),
  });
  await harbor.register({ username: "ada", email: "ada@example.org", password: PASSWORD });
  await harbor.settled();
  await harbor.verifyEmail(token);
  const { sessionToken } = await harbor.login({ username: "ada", password: PASSWORD });
  const request = new Request("http://localhost/auth/me", {
    headers: { authorization: `Bearer ${sessionToken}` },
  });
  const answer = await createHandler(harbor, { basePath: "/auth" })(request, { peerAddress: "203.0.113.7" });
  const { username } = await answer?.json() as { username: string };
  await harbor.logout(sessionToken);
  const refusal = await harbor.getCurrentUser(sessionToken).catch((error: unknown) => error);
  if (!isUserHarborError(refusal)) throw new Error("the session outlived its logout");
  return `${username} ${refusal.code} ${typeof createMessages}`;
}

Object.assign(globalThis, { ended: live() });
