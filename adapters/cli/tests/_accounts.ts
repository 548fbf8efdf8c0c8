import { Argon2PasswordHasher } from "@userharbor/argon2";
import { UserHarbor } from "@userharbor/core";
import { RecordingEmailSender, TestClock } from "@userharbor/core/testing";
import { SqlThrottle, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { DatabaseSync } from "node:sqlite";

/** What everybody's password is. */
export const PASSWORD = "seven quiet otters at dawn";

/** The application that owns a database, in this process. */
export class Application implements AsyncDisposable {
  readonly clock: TestClock = new TestClock();
  readonly emailSender: RecordingEmailSender = new RecordingEmailSender();
  readonly harbor: UserHarbor;
  readonly #database: DatabaseSync;
  readonly #store: SqlUserStore;

  /** @param path a database with its tables */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    const driver = nodeSqlite(this.#database);
    this.#store = new SqlUserStore(driver);
    this.harbor = new UserHarbor({
      store: this.#store,
      emailSender: this.emailSender,
      passwordHasher: new Argon2PasswordHasher(),
      clock: this.clock.now,
      throttle: new SqlThrottle(driver),
      sessionClientRetentionSeconds: 30 * 86_400,
      sessionTtlSeconds: 3_600,
    });
  }

  /** Registers `name` under `name@example.org`, and verifies the address. */
  async verified(name: string): Promise<void> {
    await this.registered(name);
    const token = this.emailSender.tokenFor("verification", `${name}@example.org`);
    await this.harbor.verifyEmail(token);
    await this.harbor.settled();
  }

  /** Registers `name` under `name@example.org`. */
  async registered(name: string): Promise<void> {
    await this.harbor.register({ username: name, email: `${name}@example.org`, password: PASSWORD });
    await this.harbor.settled();
  }

  /** Logs in, and answers the session's token. */
  async login(name: string): Promise<string> {
    const opened = await this.harbor.login({ username: name, password: PASSWORD }, { address: "192.0.2.1" });
    return opened.sessionToken;
  }

  /** Gives somebody sessions that end within the hour, without a login for each. */
  async openSessions(username: string, count: number): Promise<void> {
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + 3_600_000);
    await this.#store.transaction(async (tx) => {
      for (let index = 0; index < count; index++) {
        const tokenHash = `${crypto.randomUUID()}${crypto.randomUUID()}`.replaceAll("-", "");
        await tx.addSession({ username, id: crypto.randomUUID(), tokenHash, createdAt, expiresAt });
      }
    });
  }

  /** Reads past everything that would hide a row. */
  count(table: string): number {
    return Number(this.#database.prepare(`SELECT COUNT(*) AS rows FROM ${table}`).get()?.["rows"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.harbor.settled();
    this.#database.close();
  }
}
