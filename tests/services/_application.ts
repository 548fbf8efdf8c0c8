import {
  type HarborEvent,
  type OpenedSession,
  UserHarbor,
  type UserHarborOptions,
  type UserStore,
} from "@userharbor/core";
import { RecordingEmailSender, TestClock } from "@userharbor/core/testing";
import { emailOf, PASSWORD } from "../_harness.ts";
import { RememberingHasher } from "../_remembering_hasher.ts";

/** What an application may choose for each of its processes. */
export type ProcessOptions = Partial<UserHarborOptions> & Pick<UserHarborOptions, "store">;

/** An application of several processes, which share nothing but their database, a mailbox and the time. */
export class Application {
  readonly harbors: readonly UserHarbor[];
  readonly emailSender: RecordingEmailSender = new RecordingEmailSender();
  readonly passwordHasher: RememberingHasher = new RememberingHasher();
  readonly clock: TestClock = new TestClock();
  /** What failed without anybody being told but by an event. */
  readonly failures: HarborEvent[] = [];

  constructor(processes: readonly ProcessOptions[]) {
    const { emailSender, passwordHasher, clock } = this;
    const onEvent = (event: HarborEvent) => event.outcome === "failed" && this.failures.push(event);
    this.harbors = processes.map((options) =>
      new UserHarbor({ emailSender, passwordHasher, clock: clock.now, onEvent, ...options })
    );
  }

  /** One process for each store. */
  static on(stores: readonly UserStore[], options: Partial<UserHarborOptions> = {}): Application {
    return new Application(stores.map((store) => ({ store, ...options })));
  }

  /** The process that takes a request: they take turns. */
  harbor(request: number): UserHarbor {
    const harbor = this.harbors[request % this.harbors.length];
    if (harbor === undefined) throw new RangeError("Cannot take the request: there is no process");
    return harbor;
  }

  /** So many requests at once, spread over all processes. */
  atOnce<T>(requests: number, request: (harbor: UserHarbor, index: number) => Promise<T>): Promise<T>[] {
    return Array.from({ length: requests }, (_, index) => request(this.harbor(index), index));
  }

  /** Waits for what no answer waits for. */
  async settled(): Promise<void> {
    for (const harbor of this.harbors) await harbor.settled();
  }

  /** Registers `name` under `name@example.org`, and answers the token that was mailed. */
  async registered(name: string): Promise<string> {
    await this.harbor(0).register({ username: name, email: emailOf(name), password: PASSWORD });
    await this.settled();
    return this.emailSender.tokenFor("verification", emailOf(name));
  }

  /** Registers and verifies. */
  async verified(name: string): Promise<void> {
    await this.harbor(0).verifyEmail(await this.registered(name));
    await this.settled();
  }

  /** Registers, verifies and logs in. */
  async loggedIn(name: string): Promise<OpenedSession> {
    await this.verified(name);
    return await this.harbor(0).login({ username: name, password: PASSWORD });
  }

  /** Asks for a reset, and answers the token that was mailed. */
  async resetToken(name: string): Promise<string> {
    await this.harbor(0).sendPasswordReset(emailOf(name));
    await this.settled();
    return this.emailSender.tokenFor("password_reset", emailOf(name));
  }

  /** Asks for another address, and answers the token that was mailed. */
  async emailChangeToken(sessionToken: string, newEmail: string): Promise<string> {
    await this.harbor(0).changeEmail({ sessionToken, password: PASSWORD, newEmail });
    await this.settled();
    return this.emailSender.tokenFor("email_change", newEmail);
  }
}
