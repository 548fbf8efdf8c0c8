import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandIo, run } from "@userharbor/cli";

/** What a command left behind. */
export interface Ending {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own for each test, and command lines in it. */
export class Cli implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "userharbor-cli-"));
  /** The database that commands are given; not made yet. */
  readonly database: string = join(this.folder, "accounts.sqlite");

  /** Runs a command line in this process, on the database unless it names one. */
  async run(args: readonly string[], io: Partial<CommandIo> = {}): Promise<Ending> {
    const written = { stdout: "", stderr: "" };
    const exitCode = await run(args, {
      environment: { USERHARBOR_DATABASE: this.database },
      stdout: (text) => written.stdout += text,
      stderr: (text) => written.stderr += text,
      isWatched: false,
      stdin: () => Promise.reject(new Error("nobody announced a password")),
      ...io,
    });
    return { exitCode, ...written };
  }

  /** Runs a command line that has to go well, without a word on stderr. */
  async text(args: readonly string[], io: Partial<CommandIo> = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(args, io);
    assert.deepEqual([exitCode, stderr], [0, ""], args.join(" "));
    return stdout;
  }

  /** The same with `--json`: one line. */
  async json(args: readonly string[], io: Partial<CommandIo> = {}): Promise<unknown> {
    return parsedLine(await this.text([...args, "--json"], io));
  }

  /**
   * Asserts that a command line fails with one line that names the remedy, the same with `--json`, where stdout has
   * the code.
   */
  async fails(args: readonly string[], expected: Failure, io: Partial<CommandIo> = {}): Promise<void> {
    const told = await this.run(args, io);
    assert.deepEqual([told.exitCode, told.stdout], [expected.exitCode, ""], args.join(" "));
    assert.match(told.stderr, /^userharbor: [^\n]+\n$/);
    assert.match(told.stderr, expected.remedy);
    const { exitCode, stdout, stderr } = await this.run([...args, "--json"], io);
    assert.deepEqual([exitCode, stderr], [expected.exitCode, told.stderr]);
    const { error } = Object(parsedLine(stdout));
    assert.equal(error.code, expected.code);
    assert.ok(told.stderr.includes(error.message));
  }

  /** Whether the database was made. */
  get isThere(): boolean {
    return existsSync(this.database);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** How a command line fails. */
export interface Failure {
  readonly exitCode: 1 | 2;
  readonly code: string;
  /** What the line says to do. */
  readonly remedy: RegExp;
}

function parsedLine(stdout: string): unknown {
  assert.match(stdout, /^[^\n]+\n$/);
  return JSON.parse(stdout);
}
