import assert from "node:assert/strict";
import type { UserFlags } from "../mod.ts";
import type { Life } from "./_harness.ts";

/** Switches flags in the store itself, as another process may, without what `harbor.users` does along with it. */
export async function setFlags(life: Life, username: string, flags: UserFlags): Promise<void> {
  assert.equal(await life.store.setUserFlags?.(username, flags), true);
}
