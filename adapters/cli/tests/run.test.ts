import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { DatabaseKind } from "@userharbor/cli";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { COMMAND_LIST } from "../command_list.ts";
import { COMMON_OPTIONS } from "../option_table.ts";
import { VERSION } from "../version.ts";
import { Cli } from "./_cli.ts";

const HERE = new URL("../", import.meta.url);

test("run() prints the version of the package, with --json too", async () => {
  using cli = new Cli();
  const { version } = JSON.parse(readFileSync(new URL("deno.json", HERE), "utf8"));
  assert.equal(VERSION, version);
  assert.equal(await cli.text(["--version"]), `userharbor ${version}\n`);
  assert.deepEqual(await cli.json(["--version"]), { version });
});

test("run() explains the program, and each command with every option it takes", async () => {
  using cli = new Cli();
  const help = await cli.text(["--help"]);
  assert.equal(await cli.text(["-h"]), help);
  assert.deepEqual(await cli.json(["--help"]), { help });
  for (const { name, parameters, options } of COMMAND_LIST) {
    const signature = [name, ...parameters.map((parameter) => `<${parameter}>`)].join(" ");
    assert.ok(help.includes(`\n  ${signature} `), name);
    const own = await cli.text([...name.split(" "), "--help"]);
    assert.ok(own.startsWith(`Usage: userharbor ${signature} [options]\n`));
    for (const option of [...options, ...COMMON_OPTIONS]) assert.match(own, new RegExp(`\n  --${option} `));
    assert.ok(help.split("\n").concat(own.split("\n")).every((line) => line.length <= 110));
  }
  assert.equal(cli.isThere, false);
});

test("run() answers 2 to what it does not understand, and does nothing", async () => {
  using cli = new Cli();
  const refused: readonly (readonly [args: string, remedy: RegExp])[] = [
    ["", /command is missing.*userharbor --help/],
    ["doctr", /did you mean "doctor"\?/],
    ["user", /did you mean "users"\?/],
    ["users", /users list, users create/],
    ["users lsit", /did you mean "users list"\?/],
    ["users promote", /users list, users create/],
    ["backup", /"backup" is no command/],
    ["migrate --databse x", /--databse is no option: did you mean --database\?/],
    ["migrate -x", /-x is no option/],
    ["migrate --frobnicate", /--frobnicate is no option \(see/],
    ["migrate --yes", /"migrate" takes no --yes/],
    ["migrate --database", /--database needs a value/],
    ["migrate --database=", /--database needs a value/],
    ["migrate --database --help", /--database needs a value/],
    ["migrate --database a --database b", /--database is given twice/],
    ["migrate --help=yes", /--help takes no value/],
    ["migrate everything", /it is "userharbor migrate"/],
    ["users disable", /it is "userharbor users disable <username>"/],
    ["users delete ada bob --yes", /it is "userharbor users delete <username>"/],
    ["users list --limit 501", /whole number from 1 to 500/],
    ["migrate --database :memory:", /must be a file/],
    ["migrate --database oracle://ada:hunter2@db", /--database is the path of a SQLite file/],
    ["purge --unverified-ttl-seconds 0", /whole number from 1/],
    ["purge --unverified-ttl-seconds 1e3", /whole number from 1/],
    ["purge --unverified-ttl-seconds 3155760001", /from 1 to 3155760000/],
  ];
  for (const [args, remedy] of refused) {
    await cli.fails(args.split(" ").filter((arg) => arg !== ""), { exitCode: 2, code: "usage", remedy });
  }
  assert.deepEqual(readdirSync(cli.folder), []);
});

test("run() takes the database from the option, then from the environment, and refuses to guess", async () => {
  using cli = new Cli();
  const environment = { USERHARBOR_DATABASE: `${cli.folder}/elsewhere.sqlite` };
  await cli.text(["migrate", "--database", cli.database], { environment });
  assert.deepEqual(readdirSync(cli.folder), ["accounts.sqlite"]);
  await cli.text(["migrate"], { environment });
  assert.deepEqual(readdirSync(cli.folder).toSorted(), ["accounts.sqlite", "elsewhere.sqlite"]);
  const failure = { exitCode: 2, code: "usage", remedy: /--database.*USERHARBOR_DATABASE/ } as const;
  for (const unset of [{}, { USERHARBOR_DATABASE: "" }]) {
    await cli.fails(["migrate"], failure, { environment: unset });
  }
});

test("run() tells nobody the password of a database", async () => {
  using cli = new Cli();
  const { stdout, stderr } = await cli.run(["migrate", "--json", "--database", "oracle://ada:hunter2@db"]);
  assert.doesNotMatch(stdout + stderr, /hunter2/);
});

test("run() opens further kinds of database by their scheme, tells no password, and closes them", async () => {
  using cli = new Cli();
  const closed: string[] = [];
  const kind: DatabaseKind = {
    schemes: ["files"],
    example: "files://host",
    open({ location }) {
      const database = new DatabaseSync(`${cli.folder}/${new URL(location).hostname}`);
      const close = () => {
        database.close();
        closed.push(location);
      };
      return Promise.resolve({ driver: nodeSqlite(database), close });
    },
  };
  const location = "FILES://ada:hunter2@there";
  const io = { databases: [kind], environment: { USERHARBOR_DATABASE: location } };
  const refused = await cli.run(["purge"], io);
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stderr, /the files database has no tables/);
  assert.match(await cli.text(["migrate"], io), /^the files database: the tables went /);
  assert.match(await cli.text(["purge"], io), /^Removed 0 /);
  assert.deepEqual(closed, Array<string>(3).fill(location));
  assert.doesNotMatch(refused.stderr, /hunter2/);
  const remedy = /--database is files:\/\/host, or the path of a SQLite file/;
  await cli.fails(["purge", "--database", "oracle://x"], { exitCode: 2, code: "usage", remedy }, io);
});

test("run() takes a short token secret for a mistake before it opens anything", async () => {
  using cli = new Cli();
  await cli.text(["migrate"]);
  const environment = { USERHARBOR_DATABASE: cli.database, USERHARBOR_TOKEN_SECRET: "too short" };
  const remedy = /USERHARBOR_TOKEN_SECRET must have at least 16 bytes/;
  await cli.fails(["purge"], { exitCode: 2, code: "usage", remedy }, { environment });
});
