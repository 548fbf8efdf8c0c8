import assert from "node:assert/strict";
import test from "node:test";
import { UserHarbor, type UserStore } from "../mod.ts";
import { FastPasswordHasher, RecordingEmailSender, TestClock } from "../testing.ts";
import { codeOf, emailOf, NEW_PASSWORD, openHarbor, PASSWORD } from "./_harness.ts";
import { pseudoRandom } from "./_pseudo_random.ts";
import { stores } from "./_stores.ts";
import { wholeLife } from "./_whole_life.ts";

/** As far as two computers may be apart whose clocks are looked after. */
const SKEW_SECONDS = 90;

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Computers with clocks of their own over one store. */
class Nodes {
  readonly store: UserStore;
  readonly emailSender: RecordingEmailSender = new RecordingEmailSender();
  readonly #hasher: FastPasswordHasher = new FastPasswordHasher();
  /** The true time. */
  readonly #time: TestClock = new TestClock();

  constructor(store: UserStore) {
    this.store = store;
  }

  /** A computer whose clock is ahead by so much, or behind. */
  node(aheadSeconds: number | (() => number)): UserHarbor {
    const ahead = typeof aheadSeconds === "number" ? () => aheadSeconds : aheadSeconds;
    return new UserHarbor({
      store: this.store,
      emailSender: this.emailSender,
      passwordHasher: this.#hasher,
      clock: () => new Date(this.now + 1_000 * ahead()),
    });
  }

  /** The true time in milliseconds. */
  get now(): number {
    return this.#time.now().getTime();
  }

  pass(seconds: number): void {
    this.#time.advanceSeconds(seconds);
  }

  async mailed(kind: "verification" | "password_reset" | "email_change", to: string, by: UserHarbor) {
    await by.settled();
    return this.emailSender.tokenFor(kind, to);
  }
}

/** A kind of secret: how one computer hands it out, and how another takes it. */
interface Secret {
  readonly lastsSeconds: number;
  readonly issue: (nodes: Nodes, by: UserHarbor) => Promise<string>;
  readonly use: (secret: string, at: UserHarbor) => Promise<unknown>;
}

const SECRETS: Readonly<Record<string, Secret>> = {
  "a verification token": {
    lastsSeconds: DAY,
    async issue(nodes, by) {
      await by.register({ username: "ada", email: emailOf("ada"), password: PASSWORD });
      return await nodes.mailed("verification", emailOf("ada"), by);
    },
    use: (token, at) => at.verifyEmail(token),
  },
  "a reset token": {
    lastsSeconds: HOUR,
    async issue(nodes, by) {
      await verified(nodes, by);
      await by.sendPasswordReset(emailOf("ada"));
      return await nodes.mailed("password_reset", emailOf("ada"), by);
    },
    use: (resetToken, at) => at.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
  },
  "a token that changes the address": {
    lastsSeconds: HOUR,
    async issue(nodes, by) {
      await verified(nodes, by);
      const { sessionToken } = await by.login({ username: "ada", password: PASSWORD });
      await by.changeEmail({ sessionToken, password: PASSWORD, newEmail: "new@example.org" });
      return await nodes.mailed("email_change", "new@example.org", by);
    },
    use: (token, at) => at.confirmEmailChange(token),
  },
  "a session": {
    lastsSeconds: 30 * DAY,
    async issue(nodes, by) {
      await verified(nodes, by);
      return (await by.login({ username: "ada", password: PASSWORD })).sessionToken;
    },
    use: (token, at) => at.getCurrentUser(token),
  },
  "an account that is never verified": {
    lastsSeconds: 7 * DAY,
    async issue(_nodes, by) {
      await by.register({ username: "ada", email: emailOf("ada"), password: PASSWORD });
      await by.settled();
      return "ada";
    },
    use: (username, at) => at.getRoles(username),
  },
};

async function verified(nodes: Nodes, by: UserHarbor): Promise<void> {
  await by.register({ username: "ada", email: emailOf("ada"), password: PASSWORD });
  await by.verifyEmail(await nodes.mailed("verification", emailOf("ada"), by));
}

for (const { name: kind, open } of stores) {
  for (const [name, { lastsSeconds, issue, use }] of Object.entries(SECRETS)) {
    test(`${name} on ${kind} lasts as long as it should, give or take what two clocks are apart (T10, R50)`, async () => {
      for (const ahead of [SKEW_SECONDS, 0, -SKEW_SECONDS]) {
        for (const [after, works] of [[-1, true], [0, false]] as const) {
          const nodes = new Nodes(await open());
          const [issuer, other] = [nodes.node(ahead), nodes.node(-ahead)];
          const secret = await issue(nodes, issuer);
          // The other one's clock shows the end that much later, or sooner.
          nodes.pass(lastsSeconds + 2 * ahead + after);
          const outcome = await use(secret, other).then(() => "ok", codeOf);
          assert.equal(outcome === "ok", works, `${ahead} s ahead, ${after} s from the end: ${outcome}`);
        }
      }
    });
  }

  test(`a session on ${kind} is only ever moved on, whichever computer checks it, and ends in time (T10, R71)`, async () => {
    const random = pseudoRandom(10);
    for (let round = 0; round < 20; round++) {
      const nodes = new Nodes(await open());
      // One of them jumps now and then: an hour back, an hour ahead.
      let jump = 0;
      const all = [nodes.node(SKEW_SECONDS), nodes.node(-SKEW_SECONDS), nodes.node(() => jump)];
      const first = all[round % 3] ?? assert.fail();
      await verified(nodes, first);
      const openedAt = nodes.now;
      const { sessionToken } = await first.login({ username: "ada", password: PASSWORD });
      const tokenHash = await hashOf(sessionToken);
      let expiresAt = 0;
      for (let checks = 0; checks < 60; checks++) {
        nodes.pass(Math.floor(random() * 3 * DAY));
        jump = [0, -HOUR, HOUR][Math.floor(random() * 3)] ?? 0;
        const isLive = await (all[Math.floor(random() * 3)] ?? assert.fail()).verifySession(sessionToken);
        const stored = await nodes.store.getSession(tokenHash);
        const now = stored?.expiresAt.getTime() ?? assert.fail("a check removed the session");
        assert.ok(now >= expiresAt, "a check shortened the session");
        expiresAt = now;
        const age = (nodes.now - openedAt) / 1_000;
        // Used at least every three days, it lasts to its absolute limit: no sooner than a clock says so.
        if (age < 90 * DAY - HOUR - SKEW_SECONDS) assert.equal(isLive, true, `ended after ${age / DAY} days`);
        if (age >= 90 * DAY + HOUR + 2 * SKEW_SECONDS) {
          assert.equal(isLive, false, `alive after ${age / DAY} days`);
        }
      }
      assert.ok(expiresAt <= openedAt + (90 * DAY + HOUR + SKEW_SECONDS) * 1_000);
    }
  });

  test(`a clock on ${kind} that jumps an hour logs nobody out, and a purge by it takes nothing that lives (T10, T13)`, async () => {
    const nodes = new Nodes(await open());
    let jump = 0;
    const node = nodes.node(() => jump);
    await verified(nodes, node);
    const sessions = [];
    for (let count = 0; count < 20; count++) {
      jump = [0, HOUR, -HOUR][count % 3] ?? 0;
      sessions.push((await node.login({ username: "ada", password: PASSWORD })).sessionToken);
      await node.sendPasswordReset(emailOf("ada"));
      const resetToken = await nodes.mailed("password_reset", emailOf("ada"), node);
      for (const after of [HOUR, -HOUR, 0, -24 * HOUR]) {
        jump = after;
        await node.purgeExpired();
        for (const sessionToken of sessions) assert.equal(await node.verifySession(sessionToken), true);
        // Refused it may be, while the clock is ahead; gone it is not.
        assert.ok(await nodes.store.getPasswordReset(await hashOf(resetToken)), "a purge took a live token");
      }
      nodes.pass(60);
    }
  });

  test(`a clock on ${kind} set back cannot bring back what was used or ended (T10, I2)`, async () => {
    const nodes = new Nodes(await open());
    let jump = 0;
    const node = nodes.node(() => jump);
    await verified(nodes, node);
    const { sessionToken } = await node.login({ username: "ada", password: PASSWORD });
    await node.sendPasswordReset(emailOf("ada"));
    const resetToken = await nodes.mailed("password_reset", emailOf("ada"), node);
    await node.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
    for (jump of [-HOUR, -365 * DAY, HOUR, 365 * DAY]) {
      assert.equal(await node.verifySession(sessionToken), false);
      await assert.rejects(node.resetPassword({ resetToken, newPassword: PASSWORD }));
      const verification = nodes.emailSender.tokenFor("verification", emailOf("ada"));
      await assert.rejects(node.verifyEmail(verification));
    }
  });

  test(`no operation on ${kind} asks for local time, so no change of it matters (T10)`, async () => {
    const local = Object.getOwnPropertyNames(Date.prototype).filter((name) =>
      /^(?:get|set)(?!UTC|Time$)|^toLocale|^to(?:Date|Time)?String$/.test(name)
    );
    assert.ok(
      local.includes("getTimezoneOffset") && local.includes("setHours") && !local.includes("getTime"),
    );
    const originals = local.map((name) =>
      [name, Object.getOwnPropertyDescriptor(Date.prototype, name)] as const
    );
    const asked: string[] = [];
    const store = await open();
    for (const name of local) {
      Object.defineProperty(Date.prototype, name, {
        configurable: true,
        writable: true,
        value: () => {
          asked.push(name);
          throw new Error("local time");
        },
      });
    }
    try {
      const life = openHarbor({ store });
      await wholeLife(life);
      await life.harbor.purgeExpired();
    } finally {
      for (const [name, original] of originals) {
        if (original) Object.defineProperty(Date.prototype, name, original);
      }
    }
    assert.deepEqual(asked, []);
  });
}

async function hashOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
