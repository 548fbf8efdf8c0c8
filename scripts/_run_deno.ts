/** How a command ended. */
export interface Outcome {
  /** Whether it exited with 0. */
  readonly success: boolean;
  /** All it wrote, in two parts: first to the standard output, then to the standard error. */
  readonly output: string;
  /** What it wrote to the standard output alone. */
  readonly stdout: string;
}

/**
 * Runs this very Deno.
 *
 * @param args after `deno`
 * @param cwd where; absent: here
 * @param env what the environment has beyond that of this process
 * @returns how it ended
 */
export async function runDeno(
  args: readonly string[],
  cwd = ".",
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
  });
  const { success, ...written } = await command.output();
  const [stdout, stderr] = [written.stdout, written.stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { success, output: `${stdout}${stderr}`, stdout: stdout ?? "" };
}
