import { readProjectFile } from "./_markdown.ts";

/** One line of the README's section "Install". */
export interface InstallLine {
  /** As the line says at its end: `Deno`, `Bun`, `Node.js` or `Workers`. */
  readonly runtime: string;
  /** The program and what stands before the packages, such as `npm install`. */
  readonly command: readonly string[];
  /** As written, such as `jsr:@userharbor/core`. */
  readonly packages: readonly string[];
}

/** The lines that people copy, so that tests install with the very same. */
export function installLines(readme: string = readProjectFile("README.md")): InstallLine[] {
  const [, block = ""] = readme.match(/^## Install\n(?:(?!^#).*\n)*?```sh\n([^`]*)```/m) ?? [];
  return block.trim().split("\n").map((line) => {
    const [, words = "", runtime = ""] = line.match(/^(.+) # (.+)$/) ?? [];
    const all = words.split(" ");
    return {
      runtime,
      command: all.filter((word) => !word.includes("@")),
      packages: all.filter((word) => word.includes("@")),
    };
  });
}
