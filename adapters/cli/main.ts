/**
 * The program `userharbor`.
 *
 * @module
 */

import process from "node:process";
import { text } from "node:stream/consumers";
import { run } from "./run.ts";

// Whoever reads the answer may stop early, as `head` does.
process.stdout.on("error", (error: Error & { readonly code?: string }) => {
  if (error.code !== "EPIPE") throw error;
});

const { USERHARBOR_ACTOR, USERHARBOR_DATABASE, USERHARBOR_TOKEN_SECRET } = process.env;

// A CommonJS module, which this file becomes as well, cannot wait at its top.
void start();

async function start(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), {
    environment: { USERHARBOR_ACTOR, USERHARBOR_DATABASE, USERHARBOR_TOKEN_SECRET },
    stdout: (written) => process.stdout.write(written),
    stderr: (written) => process.stderr.write(written),
    isWatched: process.stderr.isTTY === true,
    stdin: process.stdin.isTTY === true ? null : () => text(process.stdin),
  });
}
