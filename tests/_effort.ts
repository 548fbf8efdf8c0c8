import process from "node:process";

/** How often something is tried that cannot be tried in every way there is. */
export interface Effort {
  /** By `deno task test`: the least. */
  readonly suite: number;
  /** By `deno task test:long`. */
  readonly long: number;
}

/** How much of the long run is asked for; the suite asks for nothing of it. */
const SHARE = Number(process.env["LONG_RUN_SHARE"] ?? 0);

/** How much of the suite's own rounds: less where what is tried in full elsewhere only has to run. */
const SUITE_SHARE = Number(process.env["SUITE_SHARE"] ?? 1);

/** How often to try in this run. */
export function effort({ suite, long }: Effort): number {
  return Math.max(Math.ceil(suite * SUITE_SHARE), Math.ceil(long * SHARE));
}
