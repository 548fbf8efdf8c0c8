/** How a program ended. */
export interface Ended {
  readonly success: boolean;
  /** All it wrote. */
  readonly output: string;
}

const { CONSUMERS_FOLDER } = Deno.env.toObject();
if (CONSUMERS_FOLDER === undefined) throw new Error("Cannot run alone: use deno task test:consumers");

/** Where the packages are installed, and everything that applications use beside them. */
export const APPLICATION: string = `${CONSUMERS_FOLDER}/application`;

/** The programs as they are written. */
export const PROGRAMS: string = new URL("programs/", import.meta.url).pathname;

/** All that runs JavaScript here, and what comes before the name of a program. */
export const RUNTIMES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "Node.js 20": [runtime("node20", "node")],
  "Node.js 22": [runtime("node22", "node"), "--disable-warning=ExperimentalWarning"],
  "Node.js 24": [runtime("node24", "node"), "--disable-warning=ExperimentalWarning"],
  "Bun": [runtime("bun", "bun")],
  "Deno": [Deno.execPath(), "run", "-A", "--quiet", "--node-modules-dir=manual"],
};

/** The oldest of them, which runs every tool. */
export const NODE: string = runtime("node20", "node");

function runtime(name: string, file: string): string {
  const suffix = Deno.build.os === "windows" ? ".exe" : "";
  return `${CONSUMERS_FOLDER}/runtimes/node_modules/${name}/bin/${file}${suffix}`;
}

/** Runs a program of the application. */
export async function run(
  command: readonly string[],
  cwd: string = APPLICATION,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const [program = "", ...args] = command;
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    env: { NO_COLOR: "1", NODE_PATH: "", ...env },
  }).output();
  const output = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { success, output };
}

/** Makes a folder of the application's own, which finds all that is installed. */
export async function makeFolder(name: string): Promise<string> {
  const folder = `${APPLICATION}/${name}`;
  await Deno.mkdir(folder);
  return folder;
}

/** Makes a project that finds nothing of what is installed. */
export async function makeProject(): Promise<string> {
  const folder = await Deno.makeTempDir({ dir: APPLICATION.replace(/[^/]*$/, "") });
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ private: true }));
  return folder;
}

/** Compiles with TypeScript, as its version that `package` names. */
export async function compile(
  folder: string,
  { typescript = "typescript6", options }: {
    readonly typescript?: string;
    readonly options: Readonly<Record<string, unknown>>;
  },
): Promise<Ended> {
  const config = { compilerOptions: { strict: true, target: "es2022", types: ["node"], ...options } };
  await Deno.writeTextFile(`${folder}/tsconfig.json`, JSON.stringify(config));
  return await run([NODE, `${APPLICATION}/node_modules/${typescript}/bin/tsc`, "--project", folder], folder);
}
