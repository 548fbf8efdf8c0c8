/**
 * Writes the tables of docs/security.md anew, from the rows and from the names of the tests.
 *
 * @module
 */

import { readTree } from "./_read_tree.ts";
import { renderSecurity, SECURITY_PAGE } from "./_render_security.ts";
import { OWN_CLAIMS } from "./_security_tests.ts";
import { testNames } from "./_test_names.ts";

if (import.meta.main) {
  const tree = await readTree();
  const page = renderSecurity(tree.get(SECURITY_PAGE) ?? "", { ...OWN_CLAIMS, tests: testNames(tree) });
  await Deno.writeTextFile(SECURITY_PAGE, page);
}
