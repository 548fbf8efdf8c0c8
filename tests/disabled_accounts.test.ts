import assert from "node:assert/strict";
import test from "node:test";
import type { ErrorCode } from "../mod.ts";
import { setFlags } from "./_flags.ts";
import { codeOf, emailOf, type Life, NEW_PASSWORD, openHarbor, PASSWORD } from "./_harness.ts";
import { entitle, WITH_SESSION, YES_OR_NO } from "./_operations.ts";

for (const [name, call] of Object.entries(WITH_SESSION)) {
  test(`${name}() knows no session of a disabled account (R66, R67)`, async () => {
    const life = openHarbor();
    const { sessionToken } = await life.loggedIn("ada");
    await entitle(life.harbor);
    const attempt = () => call({ harbor: life.harbor, sessionToken });
    await setFlags(life, "ada", { disabled: true });
    if (YES_OR_NO.has(name)) assert.equal(await attempt(), false);
    else await life.refuses("invalid_session_token", attempt);
    assert.equal(life.events.at(-1)?.reason, "account_disabled");
    await setFlags(life, "ada", { disabled: false });
    assert.notEqual(
      await attempt().then((answer) => answer, codeOf),
      YES_OR_NO.has(name) ? false : "invalid_session_token",
    );
  });
}

test("login() refuses a disabled account as a wrong password, at the same cost (R19, R20, V46)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const costOf = async (username: string, password: string) => {
    const { hashed, verified } = life.passwordHasher;
    const calls = await life.callsOf(() =>
      life.refuses("invalid_credentials", () => life.harbor.login({ username, password }))
    );
    return {
      hashed: life.passwordHasher.hashed - hashed,
      verified: life.passwordHasher.verified - verified,
      calls: calls.map(({ method }) => method),
    };
  };
  const wrong = await costOf("ada", NEW_PASSWORD);
  assert.deepEqual([wrong.hashed, wrong.verified], [0, 1]);
  await setFlags(life, "ada", { disabled: true });
  assert.deepEqual(await costOf("ada", PASSWORD), wrong);
  assert.equal(life.events.at(-1)?.reason, "account_disabled");
  assert.deepEqual(await costOf("ada", NEW_PASSWORD), wrong);
  assert.equal(life.events.at(-1)?.reason, "wrong_password");
  assert.equal((await costOf(emailOf("ada"), PASSWORD)).verified, 1);
});

test("login() does not tell that a disabled account is unverified, even for its password (R19)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  await setFlags(life, "ada", { disabled: true });
  await life.refuses("invalid_credentials", () => life.harbor.login({ username: "ada", password: PASSWORD }));
});

test("login() opens no session for an account disabled while the password is verified (R94)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const { passwordHasher } = life;
  const verify = passwordHasher.verify.bind(passwordHasher);
  passwordHasher.verify = async (password, hash) => {
    await setFlags(life, "ada", { disabled: true });
    return await verify(password, hash);
  };
  await life.rejectsWithoutMail(
    "invalid_credentials",
    () => life.harbor.login({ username: "ada", password: PASSWORD }),
  );
  assert.equal(passwordHasher.verified, 1);
  assert.deepEqual(await life.store.listSessions?.("ada"), []);
});

/** Work between whose look-up and writing an account is disabled, in the middle of the slow part. */
const UNDER_WAY: Readonly<Record<string, (life: Life, sessionToken: string) => Promise<unknown>>> = {
  changePassword: ({ harbor }, sessionToken) =>
    harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
  changeEmail: ({ harbor }, sessionToken) =>
    harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: "ada@example.net" }),
  changeUsername: ({ harbor }, sessionToken) =>
    harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "lovelace" }),
  deleteAccount: ({ harbor }, sessionToken) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
  "sessions.reauthenticate": ({ harbor }, sessionToken) =>
    harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD }),
};

for (const [name, act] of Object.entries(UNDER_WAY)) {
  test(`${name}() changes nothing of an account disabled while the password is verified (R94)`, async () => {
    const life = openHarbor();
    const { sessionToken } = await life.loggedIn("ada");
    const { passwordHasher } = life;
    const verify = passwordHasher.verify.bind(passwordHasher);
    passwordHasher.verify = async (password, hash) => {
      await setFlags(life, "ada", { disabled: true });
      return await verify(password, hash);
    };
    const before = await life.store.getPasswordHash("ada");
    await life.rejectsWithoutMail("invalid_credentials", () => act(life, sessionToken));
    assert.equal(await life.store.getPasswordHash("ada"), before);
    assert.equal((await life.store.listSessions?.("ada"))?.length, 1);
  });
}

test("verifyEmail() refuses the token of a disabled account, which stays unverified (R94, V46)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  await setFlags(life, "ada", { disabled: true });
  const verificationToken = life.verificationToken("ada");
  await life.refuses("invalid_verification_token", () => life.harbor.verifyEmail(verificationToken));
  assert.equal(life.events.at(-1)?.reason, "account_disabled");
  await setFlags(life, "ada", { disabled: false });
  await life.harbor.verifyEmail(verificationToken);
});

test("resetPassword() refuses the token of a disabled account before anything is hashed (R94, V46)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const resetToken = await life.resetToken("ada");
  await setFlags(life, "ada", { disabled: true });
  const hashes = life.hashes;
  for (const newPassword of [NEW_PASSWORD, "short"]) {
    await life.refuses(
      "invalid_password_reset_token",
      () => life.harbor.resetPassword({ resetToken, newPassword }),
    );
  }
  assert.equal(life.hashes, hashes);
  assert.equal(life.events.at(-1)?.reason, "account_disabled");
  await setFlags(life, "ada", { disabled: false });
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
});

test("verifyEmail() and resetPassword() change nothing of an account disabled meanwhile (R94)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  const resetToken = await life.resetToken("ada");
  const transaction = life.store.transaction.bind(life.store);
  life.store.transaction = async (work) => {
    await setFlags(life, "ada", { disabled: true });
    return await transaction(work);
  };
  const token = life.verificationToken("ada");
  const attempts = {
    invalid_verification_token: () => life.harbor.verifyEmail(token),
    invalid_password_reset_token: () => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
  } as const;
  const before = await life.store.getPasswordHash("ada");
  for (const [code, attempt] of Object.entries(attempts)) {
    await setFlags(life, "ada", { disabled: false });
    await life.rejectsWithoutMail(code as keyof typeof attempts, attempt);
  }
  assert.equal(await life.store.getPasswordHash("ada"), before);
  assert.equal((await life.store.getUserByUsername("ada"))?.verified, false);
});

test("resendVerification() and sendPasswordReset() mail nothing to a disabled account, and read as much (R22)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  await setFlags(life, "ada", { disabled: true });
  for (const ask of [life.harbor.resendVerification, life.harbor.sendPasswordReset]) {
    const known = await life.callsOf(() => ask.call(life.harbor, emailOf("ada")));
    assert.equal(life.events.at(-1)?.reason, "account_disabled");
    await life.harbor.settled();
    const unknown = await life.callsOf(() => ask.call(life.harbor, emailOf("nobody")));
    assert.deepEqual(known.map(({ method }) => method), unknown.map(({ method }) => method));
  }
  assert.deepEqual(life.mails.map(({ kind }) => kind), ["verification"]);
});

test("resendVerification() and sendPasswordReset() store no token for an account disabled before the mail (R94)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  await life.mailsOf(async () => {
    await life.harbor.resendVerification(emailOf("ada"));
    await life.harbor.sendPasswordReset(emailOf("ada"));
    await setFlags(life, "ada", { disabled: true });
  }).then((mails) => assert.deepEqual(mails, []));
  const minted = life.calls.filter(({ method }) => /^set(EmailVerification|PasswordReset)$/.test(method));
  assert.deepEqual(minted.map(({ args }) => (args[1] as { disabled?: boolean }).disabled), [false, false]);
});

test("the name and the address of a disabled account stay taken, and nobody writes to it (R23)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  await setFlags(life, "ada", { disabled: true });
  const register = (username: string) =>
    life.harbor.register({ username, email: emailOf("ada"), password: PASSWORD });
  await life.refuses("username_taken", () => register("ADA"));
  assert.deepEqual(await life.mailsOf(() => register("newcomer")), []);
  assert.equal((await life.store.getUserByEmail(emailOf("ada")))?.username, "ada");
});

/** What begins with one step, ends with another, and how the second is refused. */
const TWO_STEPS: Readonly<
  Record<string, {
    readonly first: (life: Life) => Promise<string>;
    readonly second: (life: Life, token: string) => Promise<unknown>;
    readonly code: ErrorCode;
  }>
> = {
  "register, then verifyEmail": {
    first: async (life) => {
      await life.registered("ada");
      return life.verificationToken("ada");
    },
    second: ({ harbor }, token) => harbor.verifyEmail(token),
    code: "invalid_verification_token",
  },
  "resendVerification, then verifyEmail": {
    first: async (life) => {
      await life.registered("ada");
      await life.harbor.resendVerification(emailOf("ada"));
      await life.harbor.settled();
      return life.verificationToken("ada");
    },
    second: ({ harbor }, token) => harbor.verifyEmail(token),
    code: "invalid_verification_token",
  },
  "sendPasswordReset, then resetPassword": {
    first: async (life) => {
      await life.verified("ada");
      return await life.resetToken("ada");
    },
    second: ({ harbor }, resetToken) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
    code: "invalid_password_reset_token",
  },
  "changeEmail, then confirmEmailChange": {
    first: async (life) => {
      const { sessionToken } = await life.loggedIn("ada");
      await life.harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: emailOf("lovelace") });
      await life.harbor.settled();
      return life.emailSender.tokenFor("email_change", emailOf("lovelace"));
    },
    second: ({ harbor }, token) => harbor.confirmEmailChange(token),
    code: "invalid_email_change_token",
  },
  "users.create, then resetPassword": {
    first: async ({ harbor, emailSender }) => {
      await harbor.users.create({ username: "ada", email: emailOf("ada") });
      await harbor.settled();
      return emailSender.tokenFor("invitation", emailOf("ada"));
    },
    second: ({ harbor }, resetToken) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
    code: "invalid_password_reset_token",
  },
  "users.forceReset, then resetPassword": {
    first: async (life) => {
      await life.verified("ada");
      await life.harbor.users.forceReset("ada");
      await life.harbor.settled();
      return life.emailSender.tokenFor("password_reset", emailOf("ada"));
    },
    second: ({ harbor }, resetToken) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
    code: "invalid_password_reset_token",
  },
  "users.requirePasswordChange, then changePassword": {
    first: async (life) => {
      const { sessionToken } = await life.loggedIn("ada");
      await life.harbor.users.requirePasswordChange("ada");
      return sessionToken;
    },
    second: ({ harbor }, sessionToken) =>
      harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
    code: "invalid_session_token",
  },
};

for (const [name, { first, second, code }] of Object.entries(TWO_STEPS)) {
  test(`${name}: disabled in between, the second step is refused (R94, V46)`, async () => {
    const switches: Readonly<Record<string, (life: Life) => Promise<void>>> = {
      "the operation": (life) => life.harbor.users.disable("ada"),
      "the flag alone": (life) => setFlags(life, "ada", { disabled: true }),
    };
    for (const [by, disable] of Object.entries(switches)) {
      const life = openHarbor();
      const token = await first(life);
      await disable(life);
      const before = await life.store.getPasswordHash("ada");
      await life.refuses(code, () => second(life, token));
      assert.equal(await life.store.getPasswordHash("ada"), before, by);
    }
    const life = openHarbor();
    await second(life, await first(life));
  });
}
