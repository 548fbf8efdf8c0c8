import { checkPackage, createPackageFromTarballData } from "npm:@arethetypeswrong/core@0.18.5";
import { publint } from "npm:publint@0.3.25";
import { importsOf } from "../../scripts/_imports_of.ts";
import { filesIn } from "../../scripts/_packed_packages.ts";
import { formatMessage } from "npm:publint@0.3.25/utils";

/** What publint says of a tarball, suggestions among it. */
export async function complaintsOf(tarball: string): Promise<string[]> {
  const { buffer } = await Deno.readFile(tarball);
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true, level: "suggestion" });
  return messages.map((message) => `${message.code}: ${formatMessage(message, pkg, { color: false })}`);
}

/** What TypeScript would not find, or take for something else, in each of its ways to resolve a module. */
export async function typeProblemsOf(tarball: string): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(await Deno.readFile(tarball)));
  if (result.types === false) return ["it has no types"];
  return result.problems.map((problem) => JSON.stringify(problem));
}

/** Lists the packages that built files import, require or take types from, as they are installed. */
export async function packagesNamedIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const path of await filesIn(folder)) {
    if (!/\.(?:js|mjs|d\.ts)$/.test(path)) continue;
    const text = await Deno.readTextFile(path);
    const required = [...text.matchAll(/^[^*]*\brequire\("([^"]+)"\)/gm)].map(([, specifier = ""]) =>
      specifier
    );
    const imported = importsOf(text).map(({ specifier }) => specifier);
    const bare = [...required, ...imported].filter((each) => !/^(?:\.|node:)/.test(each));
    names.push(...bare.map((each) => each.match(/^(?:@[^/]+\/)?[^/]+/)?.[0] ?? each));
  }
  return names;
}
