/**
 * Tells Stryker to leave the text of errors alone: it is prose, and no test asserts it.
 *
 * @module
 */

/** As `declareValuePlugin` of `@stryker-mutator/api` would make it. */
export const strykerPlugins = [{
  kind: "Ignore",
  name: "prose",
  value: { shouldIgnore: (path) => isMessage(path) ? "the text of an error" : undefined },
}];

/** A text handed to the constructor of an error, but for the code of a refusal, which comes first. */
function isMessage(path) {
  if (!path.isStringLiteral() && !path.isTemplateLiteral() && !path.isBinaryExpression()) return false;
  if (!path.parentPath?.isNewExpression() || path.listKey !== "arguments") return false;
  const { callee } = path.parentPath.node;
  if (callee.type !== "Identifier" || !callee.name.endsWith("Error")) return false;
  return callee.name !== "UserHarborError" || path.key > 0;
}
