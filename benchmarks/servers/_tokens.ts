import { createHash } from "node:crypto";

/** The token of one session of many. */
export function tokenOf(number: number): string {
  return String(number).padStart(43, "A");
}

/** As it is stored. */
export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
