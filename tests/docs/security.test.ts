import assert from "node:assert/strict";
import { test } from "node:test";
import { readProjectFile } from "./_markdown.ts";

/** A heading of the page, and the interface that its table is about. */
const TABLES: readonly (readonly [heading: string, path: string, declaration: string])[] = [
  ["new UserHarbor", "options.ts", "UserHarborOptions"],
  ["throttleLimits", "flows/_throttle_limits.ts", "ThrottleLimits"],
  [
    "new Argon2PasswordHasher",
    "adapters/argon2/argon2_password_hasher_options.ts",
    "Argon2PasswordHasherOptions",
  ],
  ["createHandler", "adapters/http/handler_options.ts", "HandlerOptions"],
  ["createSessionCookie", "adapters/http/session_cookie.ts", "SessionCookieOptions"],
];

const MEMBER = /\/\*\*((?:(?!\*\/).)*)\*\/\s*readonly (\w+)\??:/gs;

/** The members of an interface, with what their docstrings say. */
function membersOf(source: string, declaration: string): Map<string, string> {
  const body = new RegExp(`^export interface ${declaration}\\b[^{]*\\{\\n(.*?)^\\}`, "ms").exec(source)?.[1];
  return new Map([...(body ?? "").matchAll(MEMBER)].map(([, doc = "", name = ""]) => [name, doc]));
}

/** The first two cells of each row of the table under a heading: an option and its default. */
function tableOf(page: string, heading: string): Map<string, string> {
  const [, section = ""] = page.split(`\n### \`${heading}\`\n`);
  const [table = ""] = section.split("\n#", 1);
  return new Map(
    [...table.matchAll(/^\| `(\w+)` *\| ([^|]*?) *\|/gm)].map(([, name = "", byDefault = ""]) => [
      name,
      byDefault,
    ]),
  );
}

function numbersIn(text: string): string[] {
  return text.match(/\d{1,3}(?: \d{3})+|\d+/g) ?? [];
}

for (const [heading, path, declaration] of TABLES) {
  test(`security.md says what each option of ${heading} costs, and its default`, () => {
    const members = membersOf(readProjectFile(path), declaration);
    const table = tableOf(readProjectFile("docs/security.md"), heading);
    assert.ok(members.size >= 2);
    assert.deepEqual([...table.keys()], [...members.keys()]);
    for (const [name, byDefault] of table) {
      const [, documented = ""] = (members.get(name) ?? "").split("Default: ");
      for (const number of numbersIn(byDefault)) {
        assert.ok(numbersIn(documented).includes(number), `${name}: ${byDefault}`);
      }
    }
  });
}

test("membersOf() and tableOf() tell an option that one of them lacks", () => {
  const source =
    "export interface Options {\n  /** How long. Default: 3 600. */\n  readonly ttl?: number;\n" +
    "  /**\n   * Who. Default: none.\n   */\n  readonly owner: string;\n}\n";
  assert.deepEqual([...membersOf(source, "Options").keys()], ["ttl", "owner"]);
  const page =
    "\n### `new Harbor`\n\n| option | default |\n| --- | --- |\n| `ttl` | 3 600 | a |\n\n### `other`\n| `x` | 1 |";
  assert.deepEqual([...tableOf(page, "new Harbor")], [["ttl", "3 600"]]);
});
