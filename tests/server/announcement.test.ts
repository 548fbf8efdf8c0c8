import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { codeBlocks } from "../docs/_markdown.ts";
import { ServerProcess, temporaryFolder } from "./_server.ts";

test("README shows what the server prints at its start, line for line", async () => {
  using folder = temporaryFolder();
  const databasePath = join(folder.path, "data", "userharbor.sqlite");
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: databasePath });
  const origin = await server.origin();
  server.signal("SIGINT");
  const { stdout, stderr } = await server.ended();
  const shown = codeBlocks("README.md").find(({ text }) => text.startsWith("UserHarbor: open "))?.text;
  const printed = stdout.replaceAll(origin, "http://127.0.0.1:8000").replace(folder.path, "…");
  assert.deepEqual({ printed, stderr }, { printed: `${shown}\n`, stderr: "" });
});
