import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

type Files = ReadonlyMap<string, Uint8Array>;

/**
 * A registry in this process, which takes what `deno publish` sends and serves it as JSR does; beside it what
 * tells a job of GitHub Actions who it is.
 */
export interface LocalJsr {
  /** For `JSR_URL`. */
  readonly url: string;
  /** What a job has in its environment that may prove who it is. */
  readonly jobVariables: Readonly<Record<string, string>>;
  /** The files of each package, by `@scope/name@version`. */
  readonly published: ReadonlyMap<string, Files>;
  /** Adds a package without `deno publish`. */
  add(name: string, files: Readonly<Record<string, string>>): void;
  /** Refuses packages of this name until it is set to another. */
  refused: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts one on a free port. */
export function openLocalJsr(): LocalJsr {
  const published = new Map<string, Files>();
  const registry = { refused: "" };
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
  const server = Deno.serve(options, async (request) => {
    const path = new URL(request.url).pathname;
    if (path === ID_TOKEN_PATH) return Response.json({ value: ID_TOKEN });
    const api = path.match(
      /^\/api\/scopes\/(?<scope>[^/]+)\/packages\/(?<name>[^/]+)(?:\/versions\/(?<version>.+))?$/,
    );
    if (api === null) return serveFile(published, path);
    const { scope, name, version } = api.groups ?? {};
    const key = `@${scope}/${name}@${version}`;
    if (request.method !== "POST") return found(version === undefined || published.has(key));
    if (request.headers.get("authorization") !== `githuboidc ${ID_TOKEN}`) return found(false);
    if (`@${scope}/${name}` === registry.refused) return Response.json(UNAVAILABLE, { status: 500 });
    published.set(key, untar(gunzipSync(new Uint8Array(await request.arrayBuffer()))));
    return Response.json({ id: crypto.randomUUID(), status: "success", error: null });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  return Object.assign(registry, {
    url,
    jobVariables: {
      GITHUB_ACTIONS: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}${ID_TOKEN_PATH}?of=job`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of this job",
    },
    published,
    add: (name: string, files: Readonly<Record<string, string>>) => {
      const bytes = Object.entries(files).map(([path, text]) =>
        [path, new TextEncoder().encode(text)] as const
      );
      published.set(name, new Map(bytes));
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}

const ID_TOKEN_PATH = "/id-token";
const ID_TOKEN = "head.claims.signature";

const UNAVAILABLE = { code: "internalServerError", message: "Out of order" };

function found(isFound: boolean): Response {
  return Response.json(isFound ? {} : { code: "notFound", message: "Not found" }, {
    status: isFound ? 200 : 404,
  });
}

/** What Deno asks a registry for: the versions of a package, the files of a version, a file. */
function serveFile(published: ReadonlyMap<string, Files>, path: string): Response {
  const { name = "", rest = "" } = path.match(/^\/(?<name>@[^/]+\/[^/]+)\/(?<rest>.+)$/)?.groups ?? {};
  const versions = [...published.keys()].filter((key) => key.startsWith(`${name}@`))
    .map((key) => key.slice(name.length + 1));
  if (rest === "meta.json") {
    if (versions.length === 0) return found(false);
    return Response.json({
      name,
      latest: versions.at(-1),
      versions: Object.fromEntries(versions.map((version) => [version, {}])),
    });
  }
  const version = versions.find((each) => rest === `${each}_meta.json` || rest.startsWith(`${each}/`)) ?? "";
  const files = published.get(`${name}@${version}`);
  if (files === undefined) return found(false);
  if (rest.endsWith("_meta.json")) return Response.json(versionMeta(files));
  const bytes = files.get(rest.slice(version.length + 1));
  if (bytes === undefined) return found(false);
  return new Response(bytes.slice(), { headers: { "content-type": "text/typescript" } });
}

function versionMeta(files: Files) {
  const { exports } = JSON.parse(new TextDecoder().decode(files.get("deno.json")));
  const manifest = [...files].map(([path, bytes]) => {
    const checksum = `sha256-${createHash("sha256").update(bytes).digest("hex")}`;
    return [`/${path}`, { size: bytes.length, checksum }] as const;
  });
  return {
    exports: typeof exports === "string" ? { ".": exports } : exports,
    manifest: Object.fromEntries(manifest),
  };
}

/** The files of an archive; a name that is too long for its header comes as an entry of its own before it. */
function untar(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (start: number, length: number) =>
    new TextDecoder().decode(archive.subarray(start, start + length)).replace(/\0.*$/s, "");
  let longName: string | undefined;
  for (let at = 0; at < archive.length && archive[at] !== 0;) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const start = at + 512;
    const type = text(at + 156, 1);
    if (type === "L") longName = text(start, size);
    else {
      files.set((longName ?? text(at, 100)).replace(/^\.?\//, ""), archive.slice(start, start + size));
      longName = undefined;
    }
    at = start + Math.ceil(size / 512) * 512;
  }
  return files;
}
