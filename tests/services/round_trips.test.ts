import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { FLOWS } from "../_flows.ts";
import {
  assertFrugal,
  measuredRoundTrips,
  type RecordingStore,
  roundTripsOf,
  toldRoundTrips,
} from "../_round_trips.ts";
import { type RecordedClient, recordedMysql2Client, recordedPgClient } from "./_recorded_clients.ts";
import { openEmptyStore } from "./_sql_stores.ts";
import { MariadbServer, withoutMariadb } from "./servers/mariadb.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

interface Engine {
  readonly name: string;
  readonly skip: string | false;
  readonly start: () => Promise<Server>;
  readonly client: (url: string) => RecordedClient;
  /** The first words of what a login asks. */
  readonly login: readonly string[];
}

interface Server extends AsyncDisposable {
  url(database: string): string;
  createDatabase(name: string): Promise<void>;
}

const ENGINES: readonly Engine[] = [
  {
    name: "PostgreSQL",
    skip: withoutPostgresql,
    start: () => PostgresqlServer.start(),
    client: recordedPgClient,
    login: ["SELECT", "SELECT", "WITH"],
  },
  {
    name: "MariaDB",
    skip: withoutMariadb,
    start: () => MariadbServer.start(),
    client: recordedMysql2Client,
    // None of its statements writes two tables.
    login: ["SELECT", "SELECT", "BEGIN", "UPDATE", "INSERT", "COMMIT"],
  },
];

for (const { name, skip, start, client, login } of ENGINES) {
  describe(name, { skip }, () => {
    let server: Server;
    let recorded: RecordedClient;
    before(async () => {
      server = await start();
      await server.createDatabase("accounts");
      recorded = client(server.url("accounts"));
    });
    after(async () => {
      await recorded?.end();
      await server?.[Symbol.asyncDispose]();
    });

    async function open(): Promise<RecordingStore> {
      return { store: await openEmptyStore(recorded), statements: () => recorded.sent };
    }

    test("a session check on a server reads once and writes nothing, and a reset is one transaction (T16)", async () => {
      await assertFrugal(open);
    });

    test("login() on a server asks who it is, for the hash, and for a session while both hold (T16)", async () => {
      const { answered, later } = await roundTripsOf(FLOWS["login"] ?? assert.fail(), open);
      assert.deepEqual(answered.map((statement) => statement.split(" ")[0]), login);
      assert.deepEqual(later, []);
    });

    test("an operation asks a server as often as the README tells", async () => {
      assert.deepEqual(await measuredRoundTrips(open), toldRoundTrips(name));
    });
  });
}
