/**
 * Writes every migration as a file of plain SQL, for whoever applies them with a tool of their own.
 *
 * @module
 */

const FOLDER = new URL("../adapters/sql/migrations/", import.meta.url);

/** Where the files are. */
export const SQL_FOLDER: URL = new URL("files/", FOLDER);

/**
 * Reads the migrations.
 *
 * @returns the text of each by the name of its file
 */
export async function migrationFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { name, isFile } of Deno.readDir(FOLDER)) {
    if (!isFile || !name.endsWith(".ts")) continue;
    const [script]: unknown[] = Object.values(await import(new URL(name, FOLDER).href));
    if (typeof script !== "string") throw new TypeError(`${name} must export one string`);
    files.set(name.replace(/\.ts$/, ".sql"), script.trimStart());
  }
  return files;
}

if (import.meta.main) {
  for (const [name, text] of await migrationFiles()) {
    await Deno.writeTextFile(new URL(name, SQL_FOLDER), text);
  }
}
