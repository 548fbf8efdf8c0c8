import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { run } from "./servers/_process.ts";

const SCRIPTS = fileURLToPath(new URL("./python/", import.meta.url));

/** What UserHarbor for Python answered to a call. */
export interface PythonOutcome {
  /** Sets are sorted lists. */
  readonly result: unknown;
  /** What was sent meanwhile. */
  readonly mails: readonly { readonly kind: string; readonly to: string; readonly token: string | null }[];
}

interface PythonLine extends PythonOutcome {
  readonly error: string | null;
}

/** A Python of its own, with UserHarbor for Python in it. */
export class PythonHome implements Disposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Why it cannot be had where it cannot; in CI that is a failure instead. */
  static async install(): Promise<PythonHome | string> {
    const home = new PythonHome(mkdtempSync(join(tmpdir(), "userharbor-python-")));
    try {
      await run(["python3", "-m", "venv", home.#folder]);
      const install = [home.#python, "-m", "pip", "install", "--quiet", "--no-compile"];
      await run([...install, "-r", join(SCRIPTS, "requirements.txt")]);
      return home;
    } catch (error) {
      home[Symbol.dispose]();
      if (process.env["CI"]) throw error;
      const reason =
        "needs python3 3.10 or later with venv, and pip with its index: apt-get install python3-venv";
      console.warn(`Warning: tests are skipped: ${reason}`);
      return reason;
    }
  }

  /** Starts UserHarbor for Python on a database. */
  peer(databaseUrl: string, secretKey: string): PythonPeer {
    return new PythonPeer(spawn(this.#python, [join(SCRIPTS, "peer.py"), databaseUrl, secretKey]));
  }

  /** Runs a script in a folder, and answers what it wrote. */
  async run(script: string, folder: string): Promise<string> {
    return await run(["env", "-C", folder, this.#python, "-c", script]);
  }

  /** Runs the store contract of UserHarbor for Python on tables that are there, and tells how each case went. */
  async contract(databaseUrl: string): Promise<ReadonlyMap<string, string>> {
    const args = [
      "-m",
      "pytest",
      "-p",
      "no:cacheprovider",
      "-rA",
      "--tb=no",
      join(SCRIPTS, "test_contract.py"),
    ];
    const child = spawn(this.#python, args, { env: { ...process.env, DATABASE_URL: databaseUrl } });
    let output = "";
    for await (const chunk of child.stdout) output += chunk;
    const outcomes = output.matchAll(/^(PASSED|FAILED|ERROR) \S+::(\S+)/gm);
    return new Map([...outcomes].map(([, outcome = "", name = ""]) => [name, outcome]));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #python(): string {
    return join(this.#folder, "bin", "python");
  }
}

/** What Python raised. */
export class PythonError extends Error {
  /** `InvalidCredentialsError` is `invalid_credentials`. */
  readonly code: string;

  constructor(text: string) {
    super(text);
    const [name = ""] = text.split("Error:");
    this.code = name.replaceAll(/(?<!^)[A-Z]/g, "_$&").toLowerCase();
  }
}

/** UserHarbor for Python in a process of its own. */
export class PythonPeer implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  #complaints = "";

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#ended = new Promise((resolve) => child.once("close", resolve));
    child.stderr.on("data", (chunk) => this.#complaints += chunk);
  }

  /** Makes the tables that are not there, as an application does at its start. */
  async createTables(): Promise<void> {
    await this.call("create_all");
  }

  /** Calls an operation such as `login` or `roles.create`, one at a time; rejects with a {@link PythonError}. */
  async call(name: string, args: Readonly<Record<string, string>> = {}): Promise<PythonOutcome> {
    this.#child.stdin.write(`${JSON.stringify({ name, args })}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`Python ended: ${this.#complaints}`);
    const { error, ...outcome } = JSON.parse(value) as PythonLine;
    if (error !== null) throw new PythonError(error);
    return outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }
}
