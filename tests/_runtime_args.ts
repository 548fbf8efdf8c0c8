import process from "node:process";

/** How this runtime is told to run a file of the project as it runs this one. */
export function runtimeArgs(): readonly string[] {
  if (process.versions["deno"] === undefined) return process.execArgv;
  return ["run", "-A", "--no-check", "--lock=tests/deno.lock", "--frozen"];
}
