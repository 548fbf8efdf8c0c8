import { chownSync } from "node:fs";
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

const SERVER = "/usr/sbin/mariadbd";
const INSTALL = "/usr/bin/mariadb-install-db";
const CLIENT = "/usr/bin/mariadb";
const GALERA = "/usr/lib/galera/libgalera_smm.so";

/** Why tests of MariaDB cannot run. */
export const withoutMariadb: string | false = withoutServer(
  [SERVER, INSTALL],
  "apt-get install -y --no-install-recommends mariadb-server",
);

/** Why tests of Galera cannot run. */
export const withoutGalera: string | false = withoutServer(
  [SERVER, INSTALL, GALERA, "/usr/bin/rsync", "/usr/bin/lsof"],
  "apt-get install -y --no-install-recommends mariadb-server galera-4 rsync lsof",
);

/** Nothing is kept beyond a test, so nothing waits for the disk. */
const QUICK = [
  "--innodb-flush-log-at-trx-commit=2",
  "--innodb-buffer-pool-size=64M",
  "--max-connections=300",
];

/** One private MariaDB server, or one node of a cluster. */
export class MariadbServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #options: readonly string[];
  #process: ServerProcess;

  private constructor(port: number, { folder, options, first }: Installed) {
    this.port = port;
    this.#folder = folder;
    this.#options = options;
    this.#process = this.#spawn(first);
  }

  static async start(
    port?: number,
    options: readonly string[] = [],
    first: readonly string[] = [],
  ): Promise<MariadbServer> {
    const folder = makeServerFolder("mariadb");
    if (process.getuid?.() === 0) {
      chownSync(folder, Number(await run(["id", "-u", "mysql"])), Number(await run(["id", "-g", "mysql"])));
    }
    await run(asUser("mysql", [
      INSTALL,
      "--no-defaults",
      `--datadir=${join(folder, "data")}`,
      // Whoever starts removes what it takes for a crash's temporary tables, another's as well.
      `--tmpdir=${folder}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
    ]));
    const server = new MariadbServer(port ?? await freePort(), { folder, options, first });
    await server.ready();
    return server;
  }

  /** Where a client connects to a database. */
  url(database = "mysql"): string {
    return `mysql://root@127.0.0.1:${this.port}/${database}`;
  }

  /** Runs a statement as the administrator. */
  async sql(statement: string): Promise<string> {
    return await run([CLIENT, "--no-defaults", "-h127.0.0.1", `-P${this.port}`, "-uroot", "-Ne", statement]);
  }

  /** Makes an empty database. */
  async createDatabase(name: string): Promise<void> {
    await this.sql(`CREATE DATABASE ${name}`);
  }

  /** Waits until it takes connections, and as a node of a cluster until it has caught up. */
  async ready(): Promise<void> {
    await this.#process.ready(async () => {
      const state = await this.sql("SELECT 1; SHOW STATUS LIKE 'wsrep_local_state_comment'");
      if (this.#options.length > 0 && !state.includes("Synced")) throw new Error(`not synced: ${state}`);
    });
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    await this.#process.stop(this.#pidFile, "SIGKILL");
  }

  /** Starts it again after {@link MariadbServer.kill}. */
  async startAgain(): Promise<void> {
    this.#process = this.#spawn([]);
    await this.ready();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop(this.#pidFile);
    removeServerFolder(this.#folder);
  }

  get #pidFile(): string {
    return join(this.#folder, "server.pid");
  }

  #spawn(first: readonly string[]): ServerProcess {
    return new ServerProcess(asUser("mysql", [
      SERVER,
      "--no-defaults",
      `--datadir=${join(this.#folder, "data")}`,
      `--tmpdir=${this.#folder}`,
      `--port=${this.port}`,
      "--bind-address=127.0.0.1",
      `--socket=${join(this.#folder, "server.sock")}`,
      `--pid-file=${this.#pidFile}`,
      ...QUICK,
      ...this.#options,
      ...first,
    ]));
  }
}

interface Installed {
  readonly folder: string;
  readonly options: readonly string[];
  /** What the very first start takes beside the options. */
  readonly first: readonly string[];
}

/** Three nodes that replicate to each other, each taking writes. */
export class GaleraCluster implements AsyncDisposable {
  readonly nodes: readonly MariadbServer[];

  private constructor(nodes: readonly MariadbServer[]) {
    this.nodes = nodes;
  }

  static async start(): Promise<GaleraCluster> {
    const ports: NodePorts[] = [];
    for (let node = 0; node < 3; node++) ports.push(await nodePorts());
    const members = ports.map(({ group }) => `127.0.0.1:${group}`).join(",");
    const nodes: MariadbServer[] = [];
    for (const [index, port] of ports.entries()) {
      const first = index === 0 ? ["--wsrep-new-cluster"] : [];
      nodes.push(await MariadbServer.start(port.sql, clusterOptions({ index, port, members }), first));
    }
    return new GaleraCluster(nodes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.nodes.toReversed()) await node[Symbol.asyncDispose]();
  }
}

interface NodePorts {
  readonly sql: number;
  readonly group: number;
  readonly incremental: number;
  readonly snapshot: number;
}

async function nodePorts(): Promise<NodePorts> {
  return {
    sql: await freePort(),
    group: await freePort(),
    incremental: await freePort(),
    snapshot: await freePort(),
  };
}

function clusterOptions(
  { index, port, members }: { readonly index: number; readonly port: NodePorts; readonly members: string },
): readonly string[] {
  const provider = [
    `gmcast.listen_addr=tcp://127.0.0.1:${port.group}`,
    `ist.recv_addr=127.0.0.1:${port.incremental}`,
    "gcache.size=32M",
    "pc.recovery=FALSE",
  ];
  return [
    "--binlog-format=ROW",
    "--default-storage-engine=InnoDB",
    "--innodb-autoinc-lock-mode=2",
    "--wsrep-on=ON",
    `--wsrep-provider=${GALERA}`,
    "--wsrep-cluster-name=userharbor",
    `--wsrep-cluster-address=gcomm://${members}`,
    `--wsrep-node-name=node${index + 1}`,
    `--wsrep-node-address=127.0.0.1:${port.group}`,
    "--wsrep-sst-method=rsync",
    `--wsrep-sst-receive-address=127.0.0.1:${port.snapshot}`,
    `--wsrep-provider-options=${provider.join(";")}`,
    // A node answers reads only once it has applied what was committed before: a revoked session is revoked on all.
    "--wsrep-sync-wait=1",
  ];
}
