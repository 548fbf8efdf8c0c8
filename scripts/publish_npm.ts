/**
 * Publishes the tarballs in `npm/`, which `deno task build:npm` made, one after another. What is there already is
 * left alone, so that a release that broke off can be run again.
 *
 * @module
 */

import { publishOrder } from "./_publish_order.ts";
import { readTree } from "./_read_tree.ts";

interface Release {
  readonly name: string;
  readonly version: string;
}

/** Asks npm; an answer other than yes or no is an error, so that nothing is published on a guess. */
async function isPublished({ name, version }: Release): Promise<boolean> {
  const args = ["view", `${name}@${version}`, "version", "--json", "--prefer-online"];
  const { success, stdout, stderr } = await new Deno.Command("npm", { args }).output();
  const [answer = "", complaint = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (success) return answer.includes(`"${version}"`);
  if (answer.includes('"E404"')) return false;
  throw new Error(`Cannot tell whether ${name} ${version} is published: ${complaint.trim()}`);
}

async function publish({ name, version }: Release): Promise<boolean> {
  // Without the dot it would be the name of a repository.
  const tarball = `./npm/${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
  const args = ["publish", tarball, "--access=public", "--provenance"];
  return (await new Deno.Command("npm", { args }).spawn().status).success;
}

if (import.meta.main) {
  for (const { name, version = "" } of publishOrder(await readTree())) {
    if (await isPublished({ name, version })) console.log(`${name} ${version} is published already`);
    else if (!await publish({ name, version })) {
      console.error(`Cannot publish ${name}, see above; run this again to go on from there`);
      Deno.exit(1);
    }
  }
}
