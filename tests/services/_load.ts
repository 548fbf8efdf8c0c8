import { type ErrorCode, isUserHarborError, type UserHarbor } from "@userharbor/core";
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { emailOf, PASSWORD } from "../_harness.ts";
import type { Application } from "./_application.ts";

const PEOPLE = 10;

/** How often somebody tries whose request fails, and how long they pause before. */
const MAX_ATTEMPTS = 150;
const PAUSE_MS = 100;

/** One in so many sessions is left open. */
const LEFT_OPEN = 3;

interface Person {
  readonly name: string;
  password: string;
}

/** How a load goes on while something happens to its database. */
export interface Course {
  /** So many requests are answered before and after. */
  readonly steady: number;
  /** Reads the stored password hash, to learn what became of a change whose answer was lost. */
  readonly passwordHashOf: (name: string) => Promise<string | null>;
}

/**
 * People who use an application while its database fails. They make a request that failed again, at the next process,
 * remember what they were answered, and are never told that a secret of theirs is wrong.
 */
export class Load {
  readonly #app: Application;
  readonly #course: Course;
  readonly #registered: string[] = [];
  readonly #live: string[] = [];
  readonly #ended: string[] = [];
  readonly #people: readonly Person[];
  #requests = 0;
  #isOver = false;
  /** How many requests were answered. */
  answered = 0;
  /** How many failed, and were made again. */
  failed = 0;

  constructor(app: Application, course: Course) {
    this.#app = app;
    this.#course = course;
    this.#people = Array.from({ length: PEOPLE }, (_, index) => ({
      name: `person-${index}`,
      password: PASSWORD,
    }));
  }

  /** Does something to the database while the load goes on, which is steady before and after. */
  async during(work: () => Promise<void>): Promise<void> {
    for (const { name } of this.#people) await this.#app.verified(name);
    const people = Promise.all(this.#people.map((person) => this.#act(person)));
    const answers = async (): Promise<void> => {
      const enough = this.answered + this.#course.steady;
      // Whoever fails for good ends the load.
      while (this.answered < enough) await Promise.race([people, setTimeout(10)]);
    };
    try {
      await answers();
      await work();
      await answers();
    } finally {
      this.#isOver = true;
    }
    await people;
  }

  /** Asserts, at every process, that nothing is gone that was answered. Some connections may have been lost unnoticed. */
  async assertKept(): Promise<void> {
    for (const harbor of this.#app.harbors) {
      for (const name of this.#registered) {
        assert.ok(await this.#ask(() => harbor.users.get(name)), `${name} is gone`);
      }
      for (const token of this.#live) assert.equal(await this.#ask(() => harbor.verifySession(token)), true);
      for (const token of this.#ended) assert.equal(await this.#ask(() => harbor.verifySession(token)), false);
      for (const { name, password } of this.#people) {
        await this.#ask(() => harbor.login({ username: name, password }));
      }
    }
    const kept = [this.#registered, this.#live, this.#ended].map(({ length }) => length);
    assert.ok(Math.min(...kept) > PEOPLE, `the load was none: ${kept}`);
  }

  /** Every second person changes the password time and again, the others leave sessions open. */
  async #act(person: Person): Promise<void> {
    const changes = this.#people.indexOf(person) % 2 === 0;
    for (let round = 0; !this.#isOver; round++) {
      const username = `${person.name}-${round}`;
      const newcomer = { username, email: emailOf(username), password: PASSWORD };
      await this.#ask((harbor) => harbor.register(newcomer), { wasDone: "username_taken" });
      this.#registered.push(username);
      const sessionToken = await this.#login(person);
      assert.equal(await this.#ask((harbor) => harbor.verifySession(sessionToken)), true);
      await this.#ask((harbor) => harbor.getCurrentUser(sessionToken));
      if (changes) await this.#changePassword(person, { sessionToken, newPassword: `${PASSWORD} ${round}` });
      else if (round % LEFT_OPEN === 0) this.#live.push(sessionToken);
      else {
        await this.#ask((harbor) => harbor.logout(sessionToken), { wasDone: "invalid_session_token" });
        this.#ended.push(sessionToken);
      }
    }
  }

  async #login({ name, password }: Person): Promise<string> {
    const opened = await this.#ask((harbor) => harbor.login({ username: name, password }));
    return opened?.sessionToken ?? assert.fail();
  }

  /** Made once: whether a change whose answer was lost took effect, the database knows. */
  async #changePassword(
    person: Person,
    { sessionToken, newPassword }: { readonly sessionToken: string; readonly newPassword: string },
  ): Promise<void> {
    const change = { sessionToken, oldPassword: person.password, newPassword };
    try {
      await this.#harbor().changePassword(change);
      person.password = newPassword;
      this.#ended.push(sessionToken);
      this.answered++;
    } catch (error) {
      this.#failedBy(error);
      const hash = await this.#ask(() => this.#course.passwordHashOf(person.name)) ?? assert.fail();
      person.password = this.#app.passwordHasher.passwordOf(hash);
    }
  }

  /** Asks until there is an answer. `wasDone`: that an earlier time, whose answer was lost, did it. */
  async #ask<T>(
    request: (harbor: UserHarbor) => Promise<T>,
    { wasDone }: { readonly wasDone?: ErrorCode } = {},
  ): Promise<T | undefined> {
    for (let attempt = 1;; attempt++) {
      try {
        const answer = await request(this.#harbor());
        this.answered++;
        return answer;
      } catch (error) {
        if (attempt > 1 && isUserHarborError(error) && error.code === wasDone) return undefined;
        this.#failedBy(error);
        if (attempt === MAX_ATTEMPTS) throw new Error("the database does not come back", { cause: error });
      }
      await setTimeout(PAUSE_MS);
    }
  }

  /** A refusal is no failure: nobody is told that something is wrong with a secret because the database is. */
  #failedBy(error: unknown): void {
    if (isUserHarborError(error)) throw error;
    this.failed++;
  }

  #harbor(): UserHarbor {
    return this.#app.harbor(this.#requests++);
  }
}
