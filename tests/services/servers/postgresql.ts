import { existsSync, readdirSync } from "node:fs";
import { chownSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  asUser,
  freePort,
  makeServerFolder,
  removeServerFolder,
  run,
  ServerProcess,
  withoutServer,
} from "./_process.ts";

const BIN = newestBin();

/** Why tests of PostgreSQL cannot run. */
export const withoutPostgresql: string | false = withoutServer(
  [join(BIN, "initdb")],
  "apt-get install -y --no-install-recommends postgresql",
);

/** A private PostgreSQL server. */
export class PostgresqlServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  #process: ServerProcess;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
    this.#process = this.#spawn();
  }

  static async start(): Promise<PostgresqlServer> {
    const folder = makeServerFolder("postgresql");
    await giveTo("postgres", folder);
    const initdb = [join(BIN, "initdb"), "-D", join(folder, "data"), "-U", "postgres", "--auth=trust", "-N"];
    await run(asUser("postgres", [...initdb, "--encoding=UTF8", "--locale=C.UTF-8"]));
    const server = new PostgresqlServer(await freePort(), folder);
    await server.ready();
    return server;
  }

  /** Where a client connects to a database. */
  url(database = "postgres"): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  /** Makes an empty database. */
  async createDatabase(name: string): Promise<void> {
    await run([join(BIN, "psql"), this.url(), "-qc", `CREATE DATABASE ${name}`]);
  }

  /** Waits until it takes connections. */
  async ready(): Promise<void> {
    await this.#process.ready(() => run([join(BIN, "psql"), this.url(), "-qc", "SELECT 1"]));
  }

  /** Ends every process of it at once, as a stop or a crash of the machine does, and starts it again. */
  async restart(how: "stop" | "crash" = "stop"): Promise<void> {
    await this.#process.stop(this.#pidFile, how === "stop" ? "SIGINT" : "SIGQUIT");
    this.#process = this.#spawn();
    await this.ready();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop(this.#pidFile, "SIGINT");
    removeServerFolder(this.#folder);
  }

  get #pidFile(): string {
    return join(this.#folder, "data", "postmaster.pid");
  }

  #spawn(): ServerProcess {
    const data = join(this.#folder, "data");
    // Nothing is kept beyond a test, so nothing waits for the disk; a killed server still recovers.
    const settings = ["fsync=off", "max_connections=200", `unix_socket_directories=${this.#folder}`]
      .flatMap((setting) => ["-c", setting]);
    const command = [join(BIN, "postgres"), "-D", data, "-h", "127.0.0.1", "-p", String(this.port)];
    return new ServerProcess(asUser("postgres", [...command, ...settings]));
  }
}

function newestBin(): string {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).map(Number).sort((one, other) => other - one) : [];
  return join(root, String(versions[0] ?? "15"), "bin");
}

async function giveTo(user: string, folder: string): Promise<void> {
  if (process.getuid?.() !== 0 || userInfo().username === user) return;
  const ids = (await run(["id", "-u", user])).trim();
  const groups = (await run(["id", "-g", user])).trim();
  chownSync(folder, Number(ids), Number(groups));
}
