/** What every call takes: nobody reads the rest. */
const QUIET = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];

/**
 * Runs npm, and an installation once more: a download may break off.
 *
 * @param args after `npm`
 * @param cwd where; absent: here
 * @returns what it wrote to the standard output
 * @throws {Error} with all it wrote, when it fails
 */
export async function runNpm(args: readonly string[], cwd = "."): Promise<string> {
  const first = await attempt(args, cwd);
  const last = first.success || args[0] !== "install" ? first : await attempt(args, cwd);
  if (!last.success) throw new Error(`npm ${args.join(" ")} failed:\n${last.stdout}${last.stderr}`);
  return last.stdout;
}

async function attempt(args: readonly string[], cwd: string) {
  const command = new Deno.Command("npm", { args: [...args, ...QUIET], cwd, env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  const [written = "", complaints = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { success, stdout: written, stderr: complaints };
}
