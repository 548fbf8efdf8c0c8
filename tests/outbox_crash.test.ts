import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { MailOutbox } from "@userharbor/outbox";
import { migrate, SqlOutboxQueue, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { type EmailSender, type OutboxMail, sendMail, type StoreRecord } from "../mod.ts";
import { openHarbor } from "./_harness.ts";
import { losesNoMail, sendsNoMailTwice, type SharedDatabase } from "./_outbox_scenarios.ts";
import { OUTBOX_KEY } from "./_outbox_work.ts";
import { runtimeArgs } from "./_runtime_args.ts";
import { wholeLife } from "./_whole_life.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const PROGRAM = fileURLToPath(new URL("./_outbox_program.ts", import.meta.url));

const SCENARIOS = {
  "a process killed after its answers, and workers killed while they deliver, lose no mail, and none arrives twice (T9)":
    losesNoMail,
  "four processes that deliver from one file send each mail once (T9)": sendsNoMailTwice,
};

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  test(name, async (t) => {
    if (process.versions["bun"] !== undefined) {
      return t.skip("Bun does not say how it was told to find packages");
    }
    using folder = temporaryFolder();
    await scenario(await sqliteFile(join(folder.path, "accounts.sqlite")));
  });
}

test("a dump of the store holds no token and no password, and its mails no address and no name (R47, T9)", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "accounts.sqlite");
  const database = new DatabaseSync(path);
  const driver = nodeSqlite(database);
  await migrate(driver);
  const outbox = new PassingOutbox({ keys: OUTBOX_KEY });
  const life = openHarbor({ store: new SqlUserStore(driver), outbox, auditTrail: true });
  outbox.passTo = life.emailSender;
  const secrets = await wholeLife(life);
  const tokens = life.mails.flatMap(({ token }) => token ?? []);
  assert.ok(tokens.length > 8 && tokens.every((token) => secrets.has(token)));

  const copy = join(folder.path, "copy.sqlite");
  database.exec(`VACUUM INTO '${copy}'`);
  const bytes = readFileSync(copy).toString("latin1");
  for (const secret of secrets) assert.equal(bytes.includes(secret), false, "a secret is in the dump");
  const mails = database.prepare("SELECT * FROM userharbor_outbox").all();
  assert.equal(mails.length, life.mails.length, "every mail waits");
  for (const row of mails) {
    const { iv, sealed } = JSON.parse(String(row["body"]));
    const seen = [JSON.stringify(row), iv, atob(sealed.replaceAll("-", "+").replaceAll("_", "/"))].join("\n");
    for (const { to, username } of life.mails) {
      assert.equal(seen.includes(to), false, "an address is in the dump");
      assert.equal(seen.includes(`"${username}"`), false, "a name is in the dump");
    }
  }
  assert.ok(bytes.includes("userharbor_outbox"), "the bytes are those of the tables");
  database.close();
});

/** Seals as it should, and lets a test read along. */
class PassingOutbox extends MailOutbox {
  passTo: EmailSender | undefined;

  override async seal(mail: OutboxMail): Promise<StoreRecord> {
    if (this.passTo !== undefined) await sendMail(this.passTo, mail);
    return await super.seal(mail);
  }
}

async function sqliteFile(path: string): Promise<SharedDatabase> {
  const database = new DatabaseSync(path);
  await migrate(nodeSqlite(database));
  database.close();
  return {
    program: { args: [...runtimeArgs(), PROGRAM, path], cwd: PROJECT },
    open() {
      const database = new DatabaseSync(path);
      const driver = nodeSqlite(database);
      return {
        store: new SqlUserStore(driver),
        queue: new SqlOutboxQueue(driver),
        [Symbol.asyncDispose]: () => Promise.resolve(database.close()),
      };
    },
  };
}

function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "userharbor-outbox-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
