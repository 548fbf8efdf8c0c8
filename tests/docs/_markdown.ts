import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

/** Made, not written, or none of ours. */
const NOT_OURS = new Set([".git", "coverage", "data", "node_modules", "npm"]);

/** A fenced block of a page. */
export interface CodeBlock {
  /** From the root of the project. */
  readonly path: string;
  /** Where it starts. */
  readonly line: number;
  /** The first word behind the fence. */
  readonly language: string;
  /** The other words. */
  readonly attributes: string;
  /** Without the fences and without the last line break. */
  readonly text: string;
}

/** One file of the project. */
export function readProjectFile(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8").replaceAll("\r\n", "\n");
}

/** The files below a folder of the project, by their paths from the root. */
export function projectFiles(folder = ""): string[] {
  const entries = readdirSync(fileURLToPath(new URL(folder, ROOT)), { withFileTypes: true });
  return entries.filter(({ name }) => !NOT_OURS.has(name)).flatMap((entry) =>
    entry.isDirectory() ? projectFiles(`${folder}${entry.name}/`) : [folder + entry.name]
  ).sort();
}

/** Every page that people read. */
export function pages(): string[] {
  return projectFiles().filter((path) => path.endsWith(".md") || path === "llms.txt");
}

const BLOCK = /^(?<fence>`{3,})(?<language>\w*)(?<attributes>[^\n]*)\n(?<text>.*?)\n?^\k<fence>$/gms;

/** The fenced blocks of a page. */
export function codeBlocks(path: string): CodeBlock[] {
  const page = readProjectFile(path);
  return [...page.matchAll(BLOCK)].map(({ index, groups = {} }) => ({
    path,
    line: page.slice(0, index).split("\n").length,
    language: groups.language ?? "",
    attributes: (groups.attributes ?? "").trim(),
    text: groups.text ?? "",
  }));
}

/** A page without what is code. */
export function withoutCode(markdown: string): string {
  return markdown.replace(BLOCK, "").replace(/`[^`\n]+`/g, (code) => code.replace(/[[\]()]/g, " "));
}

/** What a link to a heading of the page may name, as GitHub makes it. */
export function anchors(markdown: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ""] of markdown.replace(BLOCK, "").matchAll(/^#{1,6} +(.+)$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "").trim().replaceAll(" ", "-");
    let unique = anchor;
    for (let count = 1; found.has(unique); count++) unique = `${anchor}-${count}`;
    found.add(unique);
  }
  return found;
}
