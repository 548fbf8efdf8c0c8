/**
 * The values of every cookie of exactly this name that a request carries, as they were sent.
 *
 * Only the spaces and tabs before a name are taken off (RFC 6265, 4.2.1). To trim more would turn a name such
 * as "\u00a0__Host-…", which any subdomain may set, into the one that only this host can set.
 */
export function cookieValues(request: Request, name: string): readonly string[] {
  const prefix = `${name}=`;
  return (request.headers.get("cookie") ?? "").split(";")
    .map((pair) => pair.replace(/^[ \t]+/, ""))
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length));
}
