import { portableHashers } from "./_hash_subjects.ts";

/** A worker that hashes `?hashes=` times with the hasher called `?name=`. */
export function hashWorker(modules: readonly WebAssembly.Module[]): {
  fetch(request: Request): Promise<Response>;
} {
  const hashers = portableHashers(modules);
  return {
    async fetch(request) {
      const { searchParams } = new URL(request.url);
      const hasher = hashers.get(searchParams.get("name") ?? "");
      if (hasher === undefined) return Response.json([...hashers.keys()]);
      const hashes = Number(searchParams.get("hashes"));
      for (let hash = 0; hash < hashes; hash++) await hasher.hash("seven quiet otters at dawn");
      return new Response("done");
    },
  };
}
