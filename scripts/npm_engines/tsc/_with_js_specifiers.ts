import ts from "npm:typescript@6.0.3";

/**
 * Names the built files in declarations, as the compiler itself does in JavaScript alone: `./errors.ts` becomes
 * `./errors.js`.
 */
export function withJsSpecifiers(
  context: ts.TransformationContext,
): ts.Transformer<ts.SourceFile | ts.Bundle> {
  function rename(node: ts.Node): ts.Node {
    return ts.isStringLiteral(node) && /^\.\.?\/.*\.ts$/.test(node.text)
      ? context.factory.createStringLiteral(node.text.replace(/\.ts$/, ".js"))
      : node;
  }

  function visit(node: ts.Node): ts.Node {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      return ts.visitEachChild(node, rename, context);
    }
    if (ts.isImportTypeNode(node)) {
      const argument = ts.visitEachChild(node.argument, rename, context);
      const { attributes, qualifier, typeArguments, isTypeOf } = node;
      return context.factory.updateImportTypeNode(
        node,
        argument,
        attributes,
        qualifier,
        ts.visitNodes(typeArguments, visit, ts.isTypeNode),
        isTypeOf,
      );
    }
    return ts.visitEachChild(node, visit, context);
  }

  return (file) => ts.isSourceFile(file) ? ts.visitEachChild(file, visit, context) : file;
}
