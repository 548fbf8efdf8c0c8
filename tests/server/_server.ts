import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** The command line of `deno task start`, so that a test has its permissions and no others. */
const START: readonly string[] = JSON.parse(readFileSync(join(PROJECT, "deno.json"), "utf8"))
  .tasks.start.split(" ").slice(1);

/** Longer than a server takes to say what it has to say. */
const PATIENCE_MS = 60_000;

/** A folder that goes when it goes out of scope. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "userharbor-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

/** What an ended process leaves. */
export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server in a process of its own. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #ended: Promise<unknown>;
  readonly #announcement: RegExp;
  #stdout = "";
  #stderr = "";

  /** @param variables of its environment; the others that the server knows are unset */
  constructor(variables: Readonly<Record<string, string>>) {
    const {
      HOST: _host,
      PORT: _port,
      DATABASE_PATH: _path,
      DEV_INBOX: _inbox,
      ORIGIN: _origin,
      TRUSTED_PROXIES: _proxies,
      ATTEMPT_LIMITS: _limits,
      SMTP_URL: _smtpUrl,
      BASE_URL: _baseUrl,
      MAIL_FROM: _mailFrom,
      LOCALE: _locale,
      OUTBOX_KEY: _outboxKey,
      ...inherited
    } = process.env;
    this.#announcement = variables["ORIGIN"]
      ? /^Listening on (http:\S+)$/m
      : /^UserHarbor: open (http:\S+)\/$/m;
    this.#child = spawn(process.execPath, START, {
      cwd: PROJECT,
      env: { ...inherited, NO_COLOR: "1", ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#ended = once(this.#child, "close");
    this.#child.stdout.on("data", (data) => this.#stdout += data);
    this.#child.stderr.on("data", (data) => this.#stderr += data);
  }

  /** Where it listens; waits until it says so. */
  async origin(): Promise<string> {
    for (;;) {
      const [, origin] = this.#announcement.exec(this.#stdout) ?? [];
      if (origin !== undefined) return origin;
      const data = once(this.#child.stdout, "data").then(() => true);
      if (!await Promise.race([data, this.#ended.then(() => false)])) {
        throw new Error(`Cannot find the server: it ended\n${this.#stderr}`);
      }
    }
  }

  /** Waits until it has written this to stderr, and answers with all that it wrote there. */
  async complains(about: RegExp): Promise<string> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!about.test(this.#stderr)) {
      const data = once(this.#child.stderr, "data", { signal }).then(() => true);
      if (!await Promise.race([data, this.#ended.then(() => false)])) {
        throw new Error(`Cannot wait for ${about}: the server ended\n${this.#stderr}`);
      }
    }
    return this.#stderr;
  }

  /** Sends a signal. */
  signal(name: "SIGINT" | "SIGTERM" | "SIGKILL"): void {
    assert.ok(this.#child.pid);
    // Not `child.kill`: on Deno it reports the signal as the cause of the end, whatever the process made of it.
    process.kill(this.#child.pid, name);
  }

  /** Waits for the end. */
  async ended(): Promise<Ending> {
    await this.#ended;
    return { code: this.#child.exitCode, stdout: this.#stdout, stderr: this.#stderr };
  }

  /** Kills the process unless it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }
}
