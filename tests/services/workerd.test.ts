import type { Miniflare } from "miniflare";
import { after, before } from "node:test";
import { runCasesInWorkerd, startWorkerd } from "./_workerd.ts";

let workerd: Miniflare;

before(async () => {
  workerd = await startWorkerd();
});
after(() => workerd?.dispose());

runCasesInWorkerd(() => workerd, { subject: "D1", store: "d1" });
runCasesInWorkerd(() => workerd, { subject: "Durable Object", store: "durable-object" });
