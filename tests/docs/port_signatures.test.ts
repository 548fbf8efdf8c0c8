import assert from "node:assert/strict";
import { test } from "node:test";
import { codeBlocks, readProjectFile } from "./_markdown.ts";

const DECLARATION = /^(?:export )?(?:interface (\w+)[^{]*\{.*?^\}|type (\w+) =[^;]*;)/gms;

/** Every interface and type, by name: head and members without comments, in one spelling. */
function declarations(source: string): Map<string, string> {
  const code = source.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, "");
  return new Map(
    [...code.matchAll(DECLARATION)].map(([text, nameOfInterface, nameOfType]) => [
      nameOfInterface ?? nameOfType ?? "",
      text.replace(/^export /, "").replace(/\s+/g, " "),
    ]),
  );
}

const page = codeBlocks("docs/custom-integrations.md");

test("custom-integrations.md shows every declaration of the ports as interfaces.ts has it", () => {
  const ports = declarations(readProjectFile("interfaces.ts"));
  assert.ok(ports.size >= 19 && ports.has("UserStore") && ports.has("TransactionReach"));
  const names = new RegExp(`^(?:interface|type) (?:${[...ports.keys()].join("|")})\\b`, "m");
  const shown = page.filter(({ text }) => names.test(text)).map(({ text }) => text).join("\n");
  assert.deepEqual(Object.fromEntries(declarations(shown)), Object.fromEntries(ports));
});

test("declarations() tells a member that is missing, renamed or of another type", () => {
  const port = "export interface Store {\n  /** Doc. */\n  get(name: string): Promise<string | null>;\n}\n";
  const members = (text: string) => declarations(text).get("Store");
  assert.equal(members(port), "interface Store { get(name: string): Promise<string | null>; }");
  assert.equal(members(port.replace("export ", "").replace(";", "; // null: none")), members(port));
  for (
    const [was, is] of [["get", "find"], ["string)", "string, guard?: Guard)"], [" | null", ""]] as const
  ) {
    assert.notEqual(members(port.replace(was, is)), members(port));
  }
});
