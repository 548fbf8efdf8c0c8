import type { Miniflare } from "miniflare";
import { after, before } from "node:test";
import { runCasesInWorkerd, startWorkerd } from "./_workerd.ts";

let workerd: Miniflare;

before(async () => {
  workerd = await startWorkerd();
});
after(() => workerd?.dispose());

const STORES = ["stores", "throttles", "outboxes"] as const;

runCasesInWorkerd(() => workerd, { subject: "D1", path: "d1", contracts: STORES });
runCasesInWorkerd(() => workerd, { subject: "Durable Object", path: "durable-object", contracts: STORES });
runCasesInWorkerd(() => workerd, {
  subject: "Argon2WasmPasswordHasher in workerd",
  path: "argon2-wasm",
  contracts: ["hashers"],
});
runCasesInWorkerd(() => workerd, {
  subject: "Pbkdf2PasswordHasher in workerd",
  path: "pbkdf2",
  contracts: ["hashers"],
});
