/**
 * Publishes each package to JSR, one after another. What is there already is left alone, so that a release that
 * broke off can be run again.
 *
 * Arguments are passed on to `deno publish`; `JSR_URL` names another registry than jsr.io.
 *
 * @module
 */

import { publishOrder } from "./_publish_order.ts";
import { readTree } from "./_read_tree.ts";

async function publish(folder: string): Promise<boolean> {
  // Types have been checked; slow types are once more. A version that is there already is success.
  const args = ["publish", "--no-check", ...Deno.args];
  return (await new Deno.Command(Deno.execPath(), { args, cwd: `./${folder}` }).spawn().status).success;
}

if (import.meta.main) {
  for (const { folder, name } of publishOrder(await readTree())) {
    if (await publish(folder)) continue;
    console.error(`Cannot publish ${name}, see above; run this again to go on from there`);
    Deno.exit(1);
  }
}
