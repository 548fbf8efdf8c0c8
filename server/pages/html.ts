/** Text that is safe to put into a page as it is; made by {@link html} alone. */
export interface Html {
  /** The markup. */
  readonly markup: string;
}

/** What may be filled in: text, markup, several pieces of markup, or nothing. */
export type HtmlValue = string | Html | readonly Html[] | null;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Writes markup: whatever is filled in is escaped, unless it is markup itself.
 *
 * Values stand between tags or in attributes within quotation marks, nowhere else.
 *
 * @param strings the literal parts
 * @param values what goes between them
 * @returns the markup, without white space around it
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { markup: String.raw({ raw: strings }, ...values.map(markupOf)).trim() };
}

function markupOf(value: HtmlValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
  return "markup" in value ? value.markup : value.map(markupOf).join("\n");
}
