import assert from "node:assert/strict";
import type { NewSession } from "../mod.ts";
import type { Life } from "./_harness.ts";

/** Every session of a user that was ever stored, in this order. */
export function storedSessions(life: Life, username: string): readonly NewSession[] {
  return life.calls.filter(({ method }) => method === "addSession").map(({ args }) => args[0] as NewSession)
    .filter((session) => session.username === username);
}

/** The public id of the session that a token opens. */
export async function idOf(life: Life, sessionToken: string): Promise<string> {
  const sessions = await life.harbor.sessions.list(sessionToken);
  return sessions.find(({ current }) => current)?.id ?? assert.fail();
}
