import assert from "node:assert/strict";

/** A word of a shell: quoted, unquoted, or both in a row. */
const WORD = /(?:'[^']*'|"(?:\\.|[^"\\])*"|\\\n|[^\s'"\\])+/g;

/**
 * Makes the request that a `curl` command makes.
 *
 * Knows what the guides use: `-i`, `-X`, `-H` and `-d`, quotes, variables and continued lines; refuses the rest.
 */
export function requestOf(command: string, variables: Readonly<Record<string, string>>): Request {
  const [program, ...words] = (command.replaceAll("\\\n", " ").match(WORD) ?? []).map(valueOf);
  assert.equal(program, "curl");
  const headers = new Headers();
  let method: string | undefined;
  let body: string | null = null;
  let url: string | undefined;
  while (words.length > 0) {
    const word = words.shift() ?? "";
    if (word === "-X") method = words.shift();
    else if (word === "-d") body = words.shift() ?? "";
    else if (word === "-H") headers.append(...headerOf(words.shift() ?? ""));
    else if (word.startsWith("http:") && url === undefined) url = word;
    else assert.equal(word, "-i");
  }
  assert.ok(url !== undefined);
  return new Request(url, { method: method ?? (body === null ? "GET" : "POST"), headers, body });

  function valueOf(word: string): string {
    return word.replace(/'([^']*)'|"([^"]*)"|\$(\w+)/g, (_, plain, expanded, name) => {
      if (name !== undefined) return variable(name);
      return plain ?? String(expanded).replace(/\$(\w+)/g, (_, name) => variable(name));
    });
  }

  function variable(name: string): string {
    const value = variables[name];
    assert.ok(value !== undefined, `$${name} stands for nothing`);
    return value;
  }
}

function headerOf(text: string): [string, string] {
  const [, name = "", value = ""] = /^([\w-]+): (.+)$/.exec(text) ?? [];
  assert.notEqual(name, "", text);
  return [name, value];
}
