/**
 * Writes the word list of `@userharbor/password-policy` anew, from published lists of one exact version each.
 *
 * `deno run --no-lock -A scripts/build_password_blocklist.ts`, from the root. The same sources give the same
 * file; sources other than those it was last reviewed with are refused.
 *
 * @module
 */

/** Dictionaries by name, the commonest entry first. */
interface Source {
  readonly dictionary: Readonly<Record<string, readonly string[]>>;
}

/** Specifiers in variables, so that no lock takes them in and no other task downloads them. MIT, both. */
const COMMON: string = "npm:@zxcvbn-ts/language-common@4.1.3";
const ENGLISH: string = "npm:@zxcvbn-ts/language-en@4.1.1";

const TARGET = "adapters/password-policy/_common_words.ts";

/** SHA-256 of everything taken in, as JSON. */
const REVIEWED = "5810b1a2d9dc17134afafce689940a72b82e9595bcf583630bf21818a91aeb82";

/** Enough for the families that are made of them; the rest are rarer than most people's own words. */
const COMMON_WORDS = 2_000;

/** Below this, even two of them and a date are too short for a policy. */
const MIN_WORD_LENGTH = 4;

/** The least any policy accepts. */
const MIN_PASSWORD_LENGTH = 15;

const LINE_WIDTH = 108;

/**
 * Picks what guessing begins with.
 *
 * @param passwords by frequency
 * @param dictionaries words by frequency
 * @returns the commonest short passwords, and all that are long enough for a policy by themselves
 */
export function pickWords(
  passwords: readonly string[],
  dictionaries: readonly (readonly string[])[],
): { readonly common: readonly string[]; readonly long: readonly string[] } {
  const printable = passwords.filter((password) => /^[!-~]+$/.test(password) && !/[`\\$]/.test(password));
  const common = printable.filter(({ length }) => length >= MIN_WORD_LENGTH && length < MIN_PASSWORD_LENGTH);
  const words = dictionaries.flat().filter((word) => /^[a-z-]+$/.test(word));
  const long = [...printable, ...words].filter(({ length }) => length >= MIN_PASSWORD_LENGTH);
  return { common: [...new Set(common)].slice(0, COMMON_WORDS), long: [...new Set(long)] };
}

async function main(): Promise<void> {
  const [common, english] = await Promise.all([load(COMMON), load(ENGLISH)]);
  const passwords = common["passwords-common"] ?? [];
  const dictionaries = [english["commonWords-en"] ?? [], english["wikipedia-en"] ?? []];
  const digest = await sha256(JSON.stringify([passwords, dictionaries]));
  if (digest !== REVIEWED) {
    throw new Error(`Cannot build the list: the sources changed, their digest is ${digest}`);
  }
  const picked = pickWords(passwords, dictionaries);
  await Deno.writeTextFile(
    TARGET,
    `// Written by scripts/build_password_blocklist.ts; do not edit. See LICENSE-zxcvbn-ts.txt.

/** Passwords below 15 characters, the commonest first. */
export const COMMON_WORDS: readonly string[] = \`
${wrap(picked.common)}
\`.trim().split(/\\s+/);

/** Passwords and single words of 15 characters or more. */
export const LONG_PASSWORDS: readonly string[] = \`
${wrap(picked.long)}
\`.trim().split(/\\s+/);
`,
  );
  console.log(`${picked.common.length} common words, ${picked.long.length} long passwords`);
}

async function load(specifier: string): Promise<Source["dictionary"]> {
  const { dictionary }: Source = await import(specifier);
  return dictionary;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

function wrap(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > LINE_WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join("\n");
}

if (import.meta.main) await main();
