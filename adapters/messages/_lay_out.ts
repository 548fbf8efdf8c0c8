import { escapeHtml } from "./_escape_html.ts";
import { oneLine } from "./_one_line.ts";
import type { MailLink, MailParts } from "./mail_parts.ts";
import type { MailContent } from "./messages.ts";

/** What is around the parts of every mail. */
export interface MailFrame {
  /** BCP 47 tag of the language. */
  readonly locale: string;
  /** Which way it is written. */
  readonly direction: "ltr" | "rtl";
  /** What people know the application by. */
  readonly appName: string;
  /** The start page of the application. */
  readonly home: string;
  /** Stands before the bare address of a button. */
  readonly bareLink: string;
}

// No colour of text or ground is set but the button's own, so that clients choose light or dark as a person asked.
const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const STYLES = {
  // A name may be 64 characters without a space.
  frame:
    `max-width:35em;margin:0 auto;padding:24px 16px;${FONT}font-size:16px;line-height:1.5;word-wrap:break-word;overflow-wrap:break-word;`,
  heading: "margin:0 0 16px;font-size:22px;line-height:1.3;",
  paragraph: "margin:0 0 16px;",
  // White on this blue is 6.4 : 1, and the border keeps its shape where grounds are taken away.
  button:
    "display:inline-block;padding:12px 20px;border:1px solid #1558b0;border-radius:6px;background-color:#1558b0;color:#ffffff;font-weight:600;text-decoration:none;",
  small: "margin:0 0 16px;font-size:14px;",
  address: "word-break:break-all;overflow-wrap:anywhere;",
  foot: "margin:24px 0 0;padding:16px 0 0;border-top:1px solid #8a8a8a;font-size:14px;",
};

/**
 * Turns a mail's parts into the mail: the same words as plain text and as HTML without images, scripts or anything
 * from elsewhere, every value escaped.
 *
 * @param parts what it says
 * @param frame what is around it
 * @throws {TypeError} when a link leads to something that is no page
 */
export function layOut({ subject, content }: MailParts, frame: MailFrame): MailContent {
  for (const part of content) if (typeof part !== "string") checkLink(part);
  const line = oneLine(subject);
  return { subject: line, text: asText(content, frame), html: asHtml(line, { content, frame }) };
}

function checkLink({ href }: MailLink): void {
  const isPage = URL.canParse(href) && /^https?:$/.test(new URL(href).protocol);
  if (!isPage) throw new TypeError("A link in a mail must lead to an https: or http: address");
}

function asText(content: MailParts["content"], { appName, home }: MailFrame): string {
  const parts = content.map((part) => typeof part === "string" ? part : `${part.text}\n${part.href}`);
  return `${[...parts, `${appName}\n${home}`].join("\n\n")}\n`;
}

function asHtml(
  subject: string,
  { content, frame }: { readonly content: MailParts["content"]; readonly frame: MailFrame },
): string {
  const language = `lang="${escapeHtml(frame.locale)}" dir="${frame.direction}"`;
  const title = escapeHtml(subject);
  const parts = content.map((part) =>
    typeof part === "string"
      ? `<p style="${STYLES.paragraph}">${escapeHtml(part)}</p>`
      : linkHtml(part, frame)
  );
  // The language stands twice: some clients drop the outermost elements.
  return `<!DOCTYPE html>
<html ${language}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
</head>
<body style="margin:0;padding:0;">
<div ${language} style="${STYLES.frame}">
<h1 style="${STYLES.heading}">${title}</h1>
${parts.join("\n")}
<p style="${STYLES.foot}">${escapeHtml(frame.appName)}<br>${anchor(frame.home)}</p>
</div>
</body>
</html>
`;
}

function linkHtml({ text, href, isButton = false }: MailLink, { bareLink }: MailFrame): string {
  const [address, words] = [escapeHtml(href), escapeHtml(text)];
  if (!isButton) return `<p style="${STYLES.paragraph}"><a href="${address}">${words}</a></p>`;
  return `<p style="${STYLES.paragraph}"><a href="${address}" style="${STYLES.button}">${words}</a></p>
<p style="${STYLES.small}">${escapeHtml(bareLink)}<br>${anchor(href)}</p>`;
}

function anchor(href: string): string {
  const address = escapeHtml(href);
  return `<a href="${address}" style="${STYLES.address}">${address}</a>`;
}
