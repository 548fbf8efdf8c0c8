import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Contender } from "../_interleave.ts";
import type { Engine } from "./_databases.ts";

const PROGRAM = fileURLToPath(new URL("_session_reader_main.ts", import.meta.url));
const CONFIGURATION = fileURLToPath(new URL("../../tests/services/deno.json", import.meta.url));

/** What is read of a session: all that a check does, or by a bare statement its key, or its row and its user's. */
export type Way = "verifySession" | "keyAlone" | "rowsAlone";

/** A process that reads the sessions of one database, all over the table. */
export class SessionReader implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  /** Starts it, for a database with so many sessions. */
  constructor(engine: Engine, location: string, rows: number) {
    const run = ["run", "-A", `--config=${CONFIGURATION}`, "--frozen", PROGRAM];
    const child = spawn(process.execPath, [...run, engine, location, String(rows)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#process = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Has it read. */
  reads(way: Way): Contender {
    return async (count) => {
      this.#process.stdin?.write(`${way} ${count}\n`);
      if ((await this.#answers.next()).done) throw new Error("Cannot measure: a reader has ended");
    };
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.stdin?.end();
    await ended;
  }
}
