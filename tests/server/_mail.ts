/** A mail as its receiver has it. */
export interface ReadMail {
  /** The envelope's only recipient. */
  readonly to: string;
  readonly subject: string;
  /** Its plain text. */
  readonly text: string;
  /** The first address that stands on a line of its own: what the mail is for, if it asks for something. */
  readonly link: string;
}

/**
 * Reads a mail of two parts, in the two encodings that plain words come in.
 *
 * @param source whole, envelope first or not
 */
export function readMail(source: string): ReadMail {
  const lines = source.replaceAll("\r\n", "\n");
  const [, to = ""] = /^(?:RCPT TO:<|Envelope-to: )([^>\n]*)/m.exec(lines) ?? [];
  const [, subject = ""] = /^Subject: (.*(?:\n[ \t].*)*)$/m.exec(lines) ?? [];
  const [, encoding = "", body = ""] =
    /Content-Type: text\/plain[^\n]*\nContent-Transfer-Encoding: (\S+)\n\n(.*?)\n--/s.exec(lines) ?? [];
  const text = encoding === "quoted-printable" ? fromQuotedPrintable(body) : body;
  return { to, subject: subject.replaceAll("\n", ""), text, link: /^https?:\S+$/m.exec(text)?.[0] ?? "" };
}

function fromQuotedPrintable(body: string): string {
  const bytes = body.replaceAll("=\n", "").replace(
    /=([\dA-F]{2})/g,
    (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}
