/** Runs a bundle with the globals of a browser, and with none of Node.js. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import process from "node:process";
import vm from "node:vm";

/** Objects and functions that are no part of the language. */
const WEB = [
  "AbortController",
  "AbortSignal",
  "Headers",
  "Request",
  "Response",
  "TextDecoder",
  "TextEncoder",
  "URL",
  "URLSearchParams",
  "atob",
  "btoa",
  "clearTimeout",
  "crypto",
  "fetch",
  "performance",
  "queueMicrotask",
  "setTimeout",
  "structuredClone",
];

const [, , bundle, format] = process.argv;
const context = vm.createContext(Object.fromEntries(WEB.map((name) => [name, globalThis[name]])));
const text = await readFile(bundle, "utf8");
if (format === "esm") {
  const module = new vm.SourceTextModule(text, { context });
  await module.link((specifier) => assert.fail(`it imports ${specifier}`));
  await module.evaluate();
} else {
  vm.runInContext(text, context);
}
console.log(await context.ended);
