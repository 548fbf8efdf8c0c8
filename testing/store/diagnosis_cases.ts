import assert from "node:assert/strict";
import { furnish, recordOf } from "./_fixtures.ts";
import { needing, type StoreCase, storeCase } from "./_store_case.ts";

/** What a store says about itself: the optional method `diagnose`. */
export const diagnosisCases: readonly StoreCase[] = [
  needing(
    "diagnose",
    storeCase("diagnose() gives findings with a stable code, a level and a message", async (store) => {
      const answer = store.diagnose?.(new Date());
      assert.ok(answer instanceof Promise, "diagnose must return a promise");
      for (const { code, level, message } of await answer) {
        assert.match(code, /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/);
        assert.ok(level === "unsafe" || level === "advice");
        assert.ok(message.length > 0);
      }
    }),
  ),

  needing(
    "diagnose",
    storeCase("diagnose() changes nothing, and tells the same twice", async (store) => {
      const ada = { username: "ada", first: 1 };
      await furnish(store, ada);
      const before = await recordOf(store, ada);
      const codes = async () => (await store.diagnose?.(new Date()))?.map(({ code }) => code);
      assert.deepEqual(await codes(), await codes());
      assert.deepEqual(await recordOf(store, ada), before);
    }),
  ),
];
