import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** How long a server may take to come up: a Galera node copies everything from another one first. */
const START_TIMEOUT_MS = 60_000;

/** How long a server may take to stop before it is killed. */
const STOP_TIMEOUT_MS = 15_000;

/**
 * Why tests of a server cannot run: false where they can, and in CI, where they fail instead.
 *
 * @param paths what must be there
 * @param remedy the one line that installs it
 */
export function withoutServer(paths: readonly string[], remedy: string): string | false {
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length === 0 || process.env["CI"]) return false;
  const reason = `needs ${missing.join(", ")}: ${remedy}`;
  console.warn(`Warning: tests are skipped: ${reason}`);
  return reason;
}

/** A folder for one server, and who it belongs to. */
export function makeServerFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `userharbor-${name}-`));
}

/** Removes what {@link makeServerFolder} made. */
export function removeServerFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** A port that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))
      );
    });
  });
}

/** Database servers refuse to run as root; then they run as a user of their own. */
export function asUser(user: string, command: readonly string[]): readonly string[] {
  return process.getuid?.() === 0 ? ["runuser", "-u", user, "--", ...command] : command;
}

/** Runs a command to its end. */
export async function run(command: readonly string[]): Promise<string> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => output += chunk);
  child.stderr.on("data", (chunk) => output += chunk);
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${output}`);
  return output;
}

/** What ends a server, gently or not. */
export type StopSignal = "SIGTERM" | "SIGINT" | "SIGQUIT" | "SIGKILL";

/** A server in a process of its own. */
export class ServerProcess {
  readonly #command: readonly string[];
  readonly #child: ChildProcess;
  #output = "";
  #ended = false;
  readonly #end: Promise<void>;

  constructor(command: readonly string[]) {
    const [program = "", ...args] = command;
    this.#command = command;
    this.#child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk: unknown) => this.#output = `${this.#output}${chunk}`.slice(-4_000);
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
    this.#end = new Promise((resolve) => {
      const ended = () => {
        this.#ended = true;
        resolve();
      };
      this.#child.once("error", ended);
      this.#child.once("exit", ended);
    });
  }

  /** Tries until it succeeds, while the server comes up. */
  async ready(attempt: () => Promise<unknown>): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (this.#ended || performance.now() > deadline) {
          throw new Error(`${this.#command[0]} did not come up: ${this.#output}`, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** Ends the process whose number the server wrote down itself, and waits for it. */
  async stop(pidFile: string, signal: StopSignal = "SIGTERM"): Promise<void> {
    if (!this.#ended) kill(pidOf(pidFile), signal);
    const timeout = setTimeout(() => kill(pidOf(pidFile), "SIGKILL"), STOP_TIMEOUT_MS);
    await this.#end;
    clearTimeout(timeout);
  }
}

function pidOf(pidFile: string): number | null {
  if (!existsSync(pidFile)) return null;
  // PostgreSQL writes more lines after the first.
  const pid = Number.parseInt(readFileSync(pidFile, "utf8"), 10);
  return pid > 0 ? pid : null;
}

function kill(pid: number | null, signal: NodeJS.Signals): void {
  if (pid === null) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
