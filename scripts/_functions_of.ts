import { maskSource } from "./_mask_source.ts";
import { lineAt } from "./_violation.ts";

/** One function, method, constructor or arrow with a body in braces. */
export interface FunctionMeasure {
  /** As declared; an arrow is called `(arrow)`. */
  readonly name: string;
  /** Where it begins, from 1. */
  readonly line: number;
  /** From there to the closing brace. */
  readonly lines: number;
  /** How many it declares; an arrow's are not counted. */
  readonly parameters: number;
  /** Whether it is an exported declaration. */
  readonly exported: boolean;
}

/** Up to the opening parenthesis of the parameters, or up to the body of an arrow. */
const START =
  /(?<exported>\bexport\s+(?:default\s+)?)?(?:\basync\s+)?\bfunction\b\s*\*?\s*(?<name>[\w$]*)\s*(?:<[^()]*>)?\s*\(|(?<=[{};,]\s*)(?:(?:static|override|async|get|set|public|private|protected)\s+)*\*?\s*(?<method>#?[\w$]+)\s*(?:<[^()]*>)?\s*\(|=>\s*\{/g;

/** What looks like a method and is a statement. */
const STATEMENT = /^(?:if|for|while|switch|catch|with|return|super|function|await|new|typeof)$/;

/**
 * Measures the functions of a file.
 *
 * @param text TypeScript or JavaScript that the formatter has seen
 * @returns every function with a body, by place
 */
export function functionsOf(text: string): FunctionMeasure[] {
  const code = maskSource(text);
  return [...code.matchAll(START)].flatMap(({ 0: start, index, groups = {} }) => {
    const last = index + start.length - 1;
    const isArrow = start.endsWith("{");
    const name = isArrow ? "(arrow)" : groups["method"] ?? (groups["name"] || "(function)");
    if (STATEMENT.test(name)) return [];
    const closing = isArrow ? last : matching(code, last);
    const body = isArrow ? last : bodyAfter(code, closing + 1);
    if (body === null) return [];
    const line = lineAt(text, index + start.search(/\S/));
    return [{
      name,
      line,
      lines: lineAt(text, matching(code, body)) - line + 1,
      parameters: isArrow ? 0 : countParameters(code.slice(last + 1, closing)),
      exported: groups["exported"] !== undefined,
    }];
  });
}

/** The bracket that closes the one at `open`. */
function matching(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    const character = code.charAt(at);
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character) && --depth === 0) return at;
  }
  return code.length - 1;
}

/** The brace that opens the body, past a return type; null for an overload, a signature or a call. */
function bodyAfter(code: string, start: number): number | null {
  const afterParameters = /^\s*/.exec(code.slice(start))?.[0].length ?? 0;
  const next = code.charAt(start + afterParameters);
  if (next === "{") return start + afterParameters;
  if (next !== ":") return null;
  for (let at = start + afterParameters + 1; at < code.length; at++) {
    const character = code.charAt(at);
    if (character === ";" || character === "}" || character === ",") return null;
    if (character === "(" || character === "[") at = matching(code, at);
    if (character === "<") at = closingAngle(code, at);
    if (character !== "{") continue;
    // After one of these a type is still to come, so the brace opens a type.
    if (!/(?:[:|&]|=>|\bis|\bextends)\s*$/.test(code.slice(start, at))) return at;
    at = matching(code, at);
  }
  return null;
}

function closingAngle(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (code.charAt(at) === "<") depth++;
    else if (code.charAt(at) === ">" && code.charAt(at - 1) !== "=" && --depth === 0) return at;
  }
  return code.length - 1;
}

function countParameters(parameters: string): number {
  let depth = 0;
  let count = parameters.trim() === "" ? 0 : 1;
  for (const [at, character] of [...parameters].entries()) {
    if ("([{<".includes(character)) depth++;
    else if (")]}".includes(character) || (character === ">" && parameters.charAt(at - 1) !== "=")) depth--;
    else if (character === "," && depth === 0 && parameters.slice(at + 1).trim() !== "") count++;
  }
  return count;
}
