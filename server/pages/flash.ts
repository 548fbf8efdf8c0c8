import { type NoticeName, NOTICES } from "./notices.ts";

/** What one page leaves for the next to show. */
export interface FlashContent {
  /** What to tell. */
  readonly notice: NoticeName;
  /** The address that was just typed, so that nobody has to type it again; empty for none. */
  readonly email: string;
}

/**
 * A cookie from one page to the next.
 *
 * Unlike a parameter in the address it cannot be put there by somebody's link, and leaves no trace in any log.
 */
export interface Flash {
  /** What was left; null for nothing, and for what no page wrote. */
  read(request: Request): FlashContent | null;
  /** The `Set-Cookie` header that leaves it. */
  set(content: FlashContent): string;
  /** The `Set-Cookie` header that takes it away. */
  clear(): string;
}

/** Time enough for a redirect. */
const MAX_AGE_SECONDS = 60;

/** Longer ones are left out: an address has 254 characters at most, and browsers drop cookies beyond 4 096 bytes. */
const MAX_EMAIL_LENGTH = 254;

/**
 * Makes the cookie.
 *
 * @param origin where the pages answer: on https the cookie is this very host's alone
 */
export function createFlash(origin: string): Flash {
  const secure = origin.startsWith("https:");
  const name = secure ? "__Host-uh_flash" : "uh_flash";
  const write = (value: string, maxAgeSeconds: number) =>
    `${name}=${value}; Path=/; ${secure ? "Secure; " : ""}HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`;
  return {
    read(request) {
      const cookies = (request.headers.get("cookie") ?? "").split("; ");
      const [value, ...others] = cookies.filter((cookie) => cookie.startsWith(`${name}=`))
        .map((cookie) => cookie.slice(name.length + 1));
      return value === undefined || others.length > 0 ? null : parse(value);
    },
    set({ notice, email }) {
      const kept = email.length <= MAX_EMAIL_LENGTH ? encode(email) : "";
      return write(`${notice}:${kept}`, MAX_AGE_SECONDS);
    },
    clear: () => write("", 0),
  };
}

function parse(value: string): FlashContent | null {
  const [notice = "", email = ""] = value.split(":");
  if (!isNoticeName(notice)) return null;
  return { notice, email: decode(email) };
}

function isNoticeName(name: string): name is NoticeName {
  return Object.hasOwn(NOTICES, name);
}

/** Half a surrogate pair has no encoding: then there is nothing to keep. */
function encode(text: string): string {
  return /\p{Cs}/u.test(text) ? "" : encodeURIComponent(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
