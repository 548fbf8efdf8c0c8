import type { ImportStatement } from "./_imports_of.ts";
import { resolveRelative } from "./_resolve_relative.ts";
import type { Violation } from "./_violation.ts";

/**
 * Finds files that import themselves through others, types included.
 *
 * @param imports the imports of each file
 * @returns one violation for each import that closes a circle
 */
export function findCycles(imports: ReadonlyMap<string, readonly ImportStatement[]>): Violation[] {
  const violations: Violation[] = [];
  const done = new Set<string>();
  const trail: string[] = [];

  function visit(path: string): void {
    if (done.has(path)) return;
    trail.push(path);
    for (const { specifier, line } of imports.get(path) ?? []) {
      if (!specifier.startsWith(".")) continue;
      const target = resolveRelative(path, specifier);
      const start = trail.indexOf(target);
      if (start === -1) visit(target);
      else {violations.push({
          path,
          line,
          message: `closes a circle: ${[...trail.slice(start), target].join(" → ")}`,
        });}
    }
    trail.pop();
    done.add(path);
  }

  for (const path of imports.keys()) visit(path);
  return violations;
}
