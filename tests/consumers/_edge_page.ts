/** What docs/edge.md shows. */
export interface EdgePage {
  /** The whole page. */
  readonly text: string;
  /** Its files by name: programs, declarations and configurations, as a reader copies them. */
  readonly files: ReadonlyMap<string, string>;
  /** What its line for npm installs, as written. */
  readonly packages: readonly string[];
}

/** Reads the page, so that there is no second copy of what it shows. */
export async function edgePage(): Promise<EdgePage> {
  const text = await Deno.readTextFile(new URL("../../docs/edge.md", import.meta.url));
  const blocks = text.matchAll(/^`([\w.]+)`:\n\n```(?:TypeScript|json)\n(.*?)^```$/gms);
  const [, line = ""] = /^npm install (.+)$/m.exec(text) ?? [];
  return {
    text,
    files: new Map([...blocks].map(([, name = "", file = ""]) => [name, file])),
    packages: line.split(" "),
  };
}
