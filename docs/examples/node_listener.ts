import type { Connection } from "@userharbor/http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";

/**
 * Lets a server of `node:http` answer through web `Request` and `Response`.
 *
 * The origin is yours to say: what a request claims to have been sent to is the caller's word.
 */
export function nodeListener(
  serve: (request: Request, connection: Connection) => Promise<Response>,
  origin: string,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    try {
      const request = toRequest(incoming, origin);
      const connection = { peerAddress: incoming.socket.remoteAddress };
      const response = request === null
        ? new Response(null, { status: 400 })
        : await serve(request, connection);
      outgoing.statusCode = response.status;
      for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
      outgoing.end(new Uint8Array(await response.arrayBuffer()));
    } catch {
      outgoing.statusCode = 500;
      outgoing.end();
    }
  };
}

/** Null for what names another host than this one, or none. */
function toRequest(incoming: IncomingMessage, origin: string): Request | null {
  const { method = "GET", url = "" } = incoming;
  if (!url.startsWith("/")) return null;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const init: RequestInit & { duplex?: "half" } = { method, headers };
  if (method !== "GET" && method !== "HEAD") {
    init.body = Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
    init.duplex = "half";
  }
  return new Request(origin + url, init);
}
