import type { NewSession } from "@userharbor/core";
import { migrate, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A database file with accounts, gone when disposed. */
export interface AccountsFile {
  readonly store: SqlUserStore;
  /** The connection that the store uses, for the raw floor on the same file. */
  readonly database: DatabaseSync;
  /** Opens the sessions. */
  readonly sessionTokens: readonly string[];
  dispose(): void;
}

/**
 * Makes a database file of verified accounts, each with ten sessions.
 *
 * @param sessions how many in all
 */
export async function openAccountsFile(sessions: number): Promise<AccountsFile> {
  const folder = mkdtempSync(join(tmpdir(), "userharbor-benchmark-"));
  const database = new DatabaseSync(join(folder, "accounts.sqlite"));
  const driver = nodeSqlite(database);
  await migrate(driver);
  const store = new SqlUserStore(driver);
  const sessionTokens: string[] = [];
  await store.transaction(async (tx) => {
    for (let number = 0; number < sessions / 10; number++) {
      const username = `user-${number}`;
      const email = `${username}@example.org`;
      await tx.createUser({ id: randomUUID(), username, email, passwordHash: "none", createdAt: new Date() });
      await tx.setUserVerified(username);
      for (let one = 0; one < 10; one++) {
        const token = randomBytes(32).toString("base64url");
        sessionTokens.push(token);
        await tx.addSession(sessionOf(username, token));
      }
    }
  });
  const dispose = () => {
    database.close();
    rmSync(folder, { recursive: true });
  };
  return { store, database, sessionTokens, dispose };
}

function sessionOf(username: string, token: string): NewSession {
  const createdAt = new Date();
  return {
    id: randomUUID(),
    username,
    tokenHash: createHash("sha256").update(token).digest("hex"),
    createdAt,
    expiresAt: new Date(createdAt.getTime() + 2_592_000_000),
  };
}
