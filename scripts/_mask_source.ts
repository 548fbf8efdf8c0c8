/** What may hide code-like text: comments, quoted strings, the start of a template, a regular expression; and braces. */
const TOKEN = new RegExp(
  [
    String.raw`\/\/[^\n]*`,
    String.raw`\/\*[\s\S]*?\*\/`,
    String.raw`"(?:\\[\s\S]|[^"\\\n])*"`,
    String.raw`'(?:\\[\s\S]|[^'\\\n])*'`,
    // A slash begins a regular expression only where a value cannot just have ended.
    String.raw`(?<=(?:^|[([{,;=:?!&|+*%~^<>-]|\b(?:return|typeof|case|in|of|do|else|await|yield))\s*)` +
    String.raw`\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*`,
    "[`{}]",
  ].join("|"),
  "g",
);

/** The text of a template, up to its end or its next substitution. */
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y;

/**
 * Blanks what is not code, so that patterns meet code alone.
 *
 * Offsets and line breaks stay. Quotes stay too, with spaces between them; comments and regular expressions
 * turn into spaces entirely.
 *
 * @param text TypeScript or JavaScript that parses
 * @returns text of the same length
 */
export function maskSource(text: string): string {
  /** For each substitution still open: how many braces are open inside it. */
  const substitutions: number[] = [];
  let masked = "";
  for (;;) {
    TOKEN.lastIndex = masked.length;
    const found = TOKEN.exec(text);
    if (found === null) return masked + text.slice(masked.length);
    const [token] = found;
    masked += text.slice(masked.length, found.index);
    const depth = substitutions.pop();
    const resumesTemplate = token === "}" && depth === 0;
    if (depth !== undefined && !resumesTemplate) substitutions.push(depth + braceStep(token));
    masked += maskToken(token);
    if (token !== "`" && !resumesTemplate) continue;
    TEMPLATE_TEXT.lastIndex = masked.length;
    const [templateText] = TEMPLATE_TEXT.exec(text) ?? [""];
    const opensSubstitution = templateText.endsWith("${");
    masked += blank(templateText.slice(0, opensSubstitution ? -2 : -1)) + (opensSubstitution ? "${" : "`");
    if (opensSubstitution) substitutions.push(0);
  }
}

function braceStep(token: string): number {
  if (token === "{") return 1;
  return token === "}" ? -1 : 0;
}

function maskToken(token: string): string {
  if (token.length === 1) return token;
  const isString = token.startsWith('"') || token.startsWith("'");
  return isString ? token.charAt(0) + blank(token.slice(1, -1)) + token.charAt(0) : blank(token);
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
