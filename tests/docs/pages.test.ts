import assert from "node:assert/strict";
import { posix } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { anchors, codeBlocks, pages, projectFiles, readProjectFile, withoutCode } from "./_markdown.ts";

const GUIDES = projectFiles("docs/").filter((path) => path.endsWith(".md"));

/** What a block may hold: code that is run here or by `deno test --doc`, and what is no code. */
const LANGUAGES = new Set(["ts", "json", "sql", "sh", "http", "text"]);

/** It imports WebAssembly as Wrangler understands it and Deno does not: tests/consumers run it, in workerd. */
const RUN_IN_WORKERD = { path: "docs/edge.md", language: "TypeScript" };

/** Its blocks are run in tests/services. */
const RUN_IN_PYTHON = "docs/python.md";

test("every relative link of every page leads to a file, and to a heading if it names one", () => {
  const files = new Set(projectFiles());
  const broken: string[] = [];
  let count = 0;
  for (const path of pages()) {
    for (const [, target = ""] of withoutCode(readProjectFile(path)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      count++;
      const [file = "", anchor] = target.split("#");
      const found = file === "" ? path : posix.normalize(posix.join(posix.dirname(path), file));
      const isThere = files.has(found) || [...files].some((each) => each.startsWith(`${found}/`));
      const isHeading = anchor === undefined || (isThere && anchors(readProjectFile(found)).has(anchor));
      if (!isThere || !isHeading) broken.push(`${path}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(count > 30);
});

test("every ts block is run or compiled by the test task", () => {
  const { tasks } = JSON.parse(readProjectFile("deno.json"));
  assert.match(tasks.test, /^deno test .*--doc\b/);
  assert.doesNotMatch(tasks.test, /--ignore=\S*\b(?:docs\b|README)/);
  const ignored = pages().flatMap(codeBlocks).filter(({ language, attributes }) =>
    language === "ts" && attributes !== ""
  );
  assert.deepEqual(ignored.map(({ path, line }) => `${path}:${line}`), []);
});

test("every block of the README and the guides is of a kind that a test knows", () => {
  const blocks = ["README.md", ...GUIDES].flatMap(codeBlocks);
  const unknown = blocks.filter(({ path, language }) =>
    !LANGUAGES.has(language) && !(language === "python" && path === RUN_IN_PYTHON) &&
    !(language === RUN_IN_WORKERD.language && path === RUN_IN_WORKERD.path)
  );
  assert.deepEqual(unknown.map(({ path, line }) => `${path}:${line}`), []);
  for (const { language, text } of blocks) {
    if (language === "json") assert.doesNotThrow(() => JSON.parse(text), text);
  }
});

test("every command of the README and the guides is a task that exists, or one that another test runs", () => {
  const { tasks } = JSON.parse(readProjectFile("deno.json"));
  const blocks = ["README.md", ...GUIDES].flatMap(codeBlocks).filter(({ language }) => language === "sh");
  assert.ok(blocks.length > 10);
  for (const { path, line, text } of blocks) {
    const [, task] = /^npx --yes deno@\d+\.\d+\.\d+ task (\w+)$/.exec(text) ?? [];
    const isTask = task !== undefined && Object.hasOwn(tasks, task);
    const isTested = path === "docs/running.md" ? /^userharbor /.test(text) : /^curl /.test(text);
    // What `installLines()` reads; tests of installed packages run it.
    const isInstall = path === "README.md" && /^deno add jsr:/.test(text);
    assert.ok(isTask || isInstall || (path !== "README.md" && isTested), `${path}:${line}`);
  }
});

test("every file of docs/examples is shown on one page, as it is", () => {
  const blocks = GUIDES.flatMap(codeBlocks).filter(({ language }) => language === "ts");
  const examples = projectFiles("docs/examples/").filter((path) => path.endsWith(".ts"));
  assert.ok(examples.length >= 5);
  for (const example of examples) {
    const name = posix.basename(example);
    // On the page the neighbours are where a reader of the page finds them.
    const text = readProjectFile(example).trimEnd().replaceAll('from "./', 'from "./examples/');
    assert.equal(blocks.filter((block) => block.text === text).length, 1, `${name} is not on one page`);
    const page = blocks.find((block) => block.text === text)?.path ?? "";
    assert.ok(
      readProjectFile(page).includes(`[\`examples/${name}\`](examples/${name}):\n\n\`\`\`ts\n`),
      name,
    );
  }
});

/** A value for each parameter in the SQL of the guides: Ada registers with an address that Bob has not verified. */
const PARAMETERS: Readonly<Record<string, string>> = {
  username: "Ada",
  username_key: "ada",
  id: "1",
  email: "ada@example.org",
  password_hash: "$ada",
  token_hash: "a".repeat(64),
  expires_at: "2026-01-01",
  new_username: "Byron",
  new_username_key: "byron",
  aside: "aside@unheld.invalid",
};

test("the SQL of custom-integrations.md runs, and each statement changes one row", () => {
  const blocks = codeBlocks("docs/custom-integrations.md").filter(({ language }) => language === "sql");
  assert.equal(blocks.length, 7);
  const database = new DatabaseSync(":memory:");
  database.exec("PRAGMA foreign_keys = ON");
  const [schema, ...methods] = blocks.map(({ text }) =>
    text.split(/;\s*(?:\n|$)/).filter((each) => each !== "")
  );
  assert.ok(schema !== undefined);
  for (const statement of schema) database.exec(statement);
  const [displace, insert] = methods[0] ?? [];
  assert.ok(displace !== undefined && insert !== undefined);
  assert.equal(run(insert, { ...PARAMETERS, username: "bob", username_key: "bob", id: "2" }), 1);

  for (const statement of methods.slice(0, 1).flat()) assert.equal(run(statement), 1, statement);
  assert.equal(run(insert), 0, "the name is taken");
  assert.deepEqual(emails(), { Ada: "ada@example.org", bob: null });

  database.exec("UPDATE users SET email = NULL WHERE username = 'Ada'");
  database.exec("UPDATE users SET email = 'ada@example.org' WHERE username = 'bob'");
  const changed = methods.slice(1).map((statements) => statements.map((statement) => run(statement)));
  assert.deepEqual(changed, [[1, 1], [1, 1], [1, 1], [1], [1, 1, 1, 1, 1, 1, 1]]);
  assert.deepEqual(emails(), { Byron: "ada@example.org", bob: null });

  const [, take] = methods[1] ?? [];
  assert.ok(take !== undefined);
  assert.throws(() => run(take, { ...PARAMETERS, username: "bob", id: "2" }), /UNIQUE/);
  const [touch] = methods[2] ?? [];
  assert.equal(run(touch ?? "", { ...PARAMETERS, username: "Byron", password_hash: "$other" }), 0);
  database.close();

  function run(statement: string, values = PARAMETERS): number {
    const prepared = database.prepare(statement);
    const named = [...statement.matchAll(/:(\w+)/g)].map(([, name = ""]) => [name, values[name] ?? ""]);
    return Number(prepared.run(Object.fromEntries(named)).changes);
  }

  function emails(): Record<string, unknown> {
    const rows = database.prepare("SELECT username, email FROM users").all();
    return Object.fromEntries(rows.map(({ username, email }) => [String(username), email]));
  }
});
