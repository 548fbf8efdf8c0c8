/** Text that is safe to put into a page as it is; made by {@link html} alone. */
export interface Html {
  /** The markup. */
  readonly markup: string;
}

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
 * @param strings the literal parts
 * @param values what goes between them
 * @returns the markup
 */
export function html(strings: TemplateStringsArray, ...values: (string | Html | readonly Html[])[]): Html {
  return { markup: String.raw({ raw: strings }, ...values.map(markupOf)) };
}

function markupOf(value: string | Html | readonly Html[]): string {
  if (typeof value === "string") return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
  return "markup" in value ? value.markup : value.map(markupOf).join("");
}
