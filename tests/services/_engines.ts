import { migrate, type SqlDriver, SqlUserStore } from "@userharbor/sql";
import { mysql2Client, pgClient } from "./_clients.ts";
import { type Client, emptyTables } from "./_sql_stores.ts";
import { GaleraCluster, MariadbServer, withoutGalera, withoutMariadb } from "./servers/mariadb.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

/** How many processes of an application there are: as many as Galera has nodes. */
const PROCESSES = 3;

/** Connections of each process. */
const CONNECTIONS = 10;

/** An engine as an application meets it: several processes, each with a pool of its own. */
export interface Engine {
  readonly name: string;
  readonly skip: string | false;
  /** How much of a number of rounds it is given: a write of a cluster takes longest. */
  readonly share: number;
  readonly start: () => Promise<RunningEngine>;
}

/** An engine that was started. */
export interface RunningEngine extends AsyncDisposable {
  /** Makes a database with empty tables. */
  openDatabase(name: string): Promise<ServiceDatabase>;
}

/** One database, and every process that uses it; on Galera each has another node. */
export class ServiceDatabase implements AsyncDisposable {
  readonly drivers: readonly SqlDriver[];
  readonly stores: readonly SqlUserStore[];
  readonly #clients: readonly Client[];

  constructor(clients: readonly Client[]) {
    this.#clients = clients;
    this.drivers = clients.map(({ driver }) => driver);
    this.stores = this.drivers.map((driver) => new SqlUserStore(driver));
  }

  /** The first of the processes. */
  get driver(): SqlDriver {
    const [driver] = this.drivers;
    if (driver === undefined) throw new RangeError("Cannot use the database: no process does");
    return driver;
  }

  /** Removes every row. */
  async empty(): Promise<this> {
    await emptyTables(this.driver);
    return this;
  }

  /** The rows of a query of the application's own. */
  async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return await this.driver.query(sql, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { end } of this.#clients) await end();
  }
}

/** A server, or a node of a cluster. */
interface Server {
  url(database: string): string;
  createDatabase(name: string): Promise<void>;
}

async function openDatabase(
  name: string,
  { nodes, client }: { readonly nodes: readonly Server[]; readonly client: (url: string) => Client },
): Promise<ServiceDatabase> {
  await nodes[0]?.createDatabase(name);
  const urls = Array.from({ length: PROCESSES }, (_, index) => nodes[index % nodes.length]?.url(name) ?? "");
  const database = new ServiceDatabase(urls.map(client));
  await migrate(database.driver);
  return database;
}

/** Makes a database on PostgreSQL, for processes that use pg unless they are told otherwise. */
export function openOnPostgresql(
  server: PostgresqlServer,
  name: string,
  client: typeof pgClient = pgClient,
): Promise<ServiceDatabase> {
  return openDatabase(name, { nodes: [server], client: (url) => client(url, "read committed", CONNECTIONS) });
}

/** Makes a database on MariaDB, or on the nodes of a cluster. */
export function openOnMariadb(nodes: readonly MariadbServer[], name: string): Promise<ServiceDatabase> {
  return openDatabase(name, { nodes, client: (url) => mysql2Client(url, CONNECTIONS) });
}

/** PostgreSQL as most run it. */
export const POSTGRESQL: Engine = {
  name: "PostgreSQL at READ COMMITTED",
  skip: withoutPostgresql,
  share: 1,
  start: async () => {
    const server = await PostgresqlServer.start();
    return {
      openDatabase: (name) => openOnPostgresql(server, name),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};

/** MariaDB as most run it. */
export const MARIADB: Engine = {
  name: "MariaDB at REPEATABLE READ",
  skip: withoutMariadb,
  share: 1,
  start: async () => {
    const server = await MariadbServer.start();
    return {
      openDatabase: (name) => openOnMariadb([server], name),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};

/** A cluster in which every node takes writes. */
export const GALERA: Engine = {
  name: "three nodes of Galera",
  skip: withoutGalera,
  share: 0.5,
  start: async () => {
    const cluster = await GaleraCluster.start();
    return {
      openDatabase: (name) => openOnMariadb(cluster.nodes, name),
      [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
    };
  },
};

/** All of them. */
export const ENGINES: readonly Engine[] = [POSTGRESQL, MARIADB, GALERA];
