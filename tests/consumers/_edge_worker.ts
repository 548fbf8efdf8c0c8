import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Miniflare, type Request, Response } from "npm:miniflare@4.20260426.0";
import { APPLICATION, NODE, run } from "./_application.ts";

/** A mail that has not come by then was cut off with the answer. */
const PATIENCE_MS = 30_000;

/** What Resend was asked to deliver. */
export interface Mail {
  readonly to: string;
  readonly text: string;
}

/** A worker in workerd, and the mails that it sends. */
export interface EdgeWorker {
  /** Where it listens. */
  readonly origin: string;
  /** The next mail that it sends. */
  nextMail(): Promise<Mail>;
  /** Keeps Resend from answering, until the function that it gives is called. */
  stallMail(): () => void;
  /** What it logged, one event a line. */
  readonly events: readonly string[];
  /** Runs what a Cron Trigger runs. */
  runSchedule(): Promise<string>;
  /** The hashes of passwords in D1. */
  passwordHashes(): Promise<readonly string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A configuration of Wrangler, as far as docs/edge.md has one. */
export interface WranglerConfig {
  readonly main: string;
  readonly compatibility_date: string;
  readonly compatibility_flags?: readonly string[];
  readonly d1_databases?: readonly { readonly binding: string }[];
  readonly durable_objects?: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[];
  };
}

/** Bundles a worker as it is for deployment. */
export async function bundleWorker(folder: string, config: WranglerConfig): Promise<string> {
  const flags = config.compatibility_flags ?? [];
  const name = `${config.main}-${flags.join("-") || "plain"}`;
  const path = `${folder}/${name}.json`;
  await Deno.writeTextFile(path, JSON.stringify({ ...config, send_metrics: false }));
  const wrangler = `${APPLICATION}/node_modules/wrangler/bin/wrangler.js`;
  const out = `${folder}/${name}`;
  const { success, output } = await run(
    [NODE, wrangler, "deploy", "--dry-run", "--outdir", out, "--config", path],
    folder,
    { XDG_CONFIG_HOME: `${folder}/config` }, // its logs do not go where a person's are
  );
  if (!success) throw new Error(output);
  return out;
}

/** Starts what Wrangler bundled, in workerd as it is behind Cloudflare's Workers. */
export async function startWorker(bundle: string, config: WranglerConfig): Promise<EdgeWorker> {
  const resend = new Resend();
  const events: string[] = [];
  const workerd = new Miniflare({
    modules: await bundledModules(bundle, config.main.replace(/\.ts$/, ".js")),
    host: "127.0.0.1",
    port: 0,
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: [...config.compatibility_flags ?? []],
    bindings: { RESEND_API_KEY: "re_123456789", TOKEN_SECRET: "0123456789abcdef0123456789abcdef" },
    d1Databases: (config.d1_databases ?? []).map(({ binding }) => binding),
    durableObjects: Object.fromEntries(
      (config.durable_objects?.bindings ?? []).map(({ name, class_name: className }) =>
        [name, { className, useSQLite: true }] as const
      ),
    ),
    handleRuntimeStdio(stdout: Readable, stderr: Readable) {
      createInterface({ input: stdout }).on("line", (line) => events.push(line));
      createInterface({ input: stderr }).on("line", (line) => console.error(line));
    },
    outboundService: (request: Request) => resend.accept(request),
  });
  const { origin } = await workerd.ready;
  return {
    origin,
    events,
    nextMail: () => resend.nextMail(),
    stallMail: () => resend.stall(),
    async runSchedule() {
      // Its types are those of Workers, which Deno's own hide.
      const worker: unknown = await workerd.getWorker();
      return (await (worker as Scheduled).scheduled({ cron: "17 * * * *" })).outcome;
    },
    async passwordHashes() {
      const database = await workerd.getD1Database("DB");
      const { results } = await database.prepare("SELECT password_hash FROM userharbor_users").all();
      return results.map((row: Record<string, unknown>) => String(row["password_hash"]));
    },
    [Symbol.asyncDispose]: () => workerd.dispose(),
  };
}

interface Scheduled {
  scheduled(options: { readonly cron: string }): Promise<{ readonly outcome: string }>;
}

async function bundledModules(bundle: string, main: string) {
  const wasm: string[] = [];
  for await (const { name } of Deno.readDir(bundle)) if (name.endsWith(".wasm")) wasm.push(name);
  return [
    { type: "ESModule" as const, path: main, contents: await Deno.readTextFile(`${bundle}/${main}`) },
    ...await Promise.all(wasm.map(async (path) => ({
      type: "CompiledWasm" as const,
      path,
      contents: await Deno.readFile(`${bundle}/${path}`),
    }))),
  ];
}

/** Takes every mail, and keeps it until somebody asks. */
class Resend {
  readonly #mails: Mail[] = [];
  readonly #waiting: ((mail: Mail) => void)[] = [];
  #answering: Promise<void> = Promise.resolve();

  async accept(request: Request): Promise<Response> {
    if (request.url !== "https://api.resend.com/emails") return new Response("elsewhere", { status: 404 });
    const { to, text } = await request.json() as { to: string | readonly string[]; text: string };
    await this.#answering;
    const mail = { to: String(to), text };
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#mails.push(mail);
    else waiter(mail);
    return Response.json({ id: "1" });
  }

  nextMail(): Promise<Mail> {
    const mail = this.#mails.shift();
    if (mail !== undefined) return Promise.resolve(mail);
    const { promise, resolve, reject } = Promise.withResolvers<Mail>();
    const timer = setTimeout(() => reject(new Error("The worker sends no mail")), PATIENCE_MS);
    this.#waiting.push((sent) => {
      clearTimeout(timer);
      resolve(sent);
    });
    return promise;
  }

  stall(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#answering = promise;
    return resolve;
  }
}
