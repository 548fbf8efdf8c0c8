/** One thing that is written nowhere. */
export interface NameRule {
  /** What the report says. */
  readonly message: string;
  /** Where to look: the path, the code without comments and strings, or the whole text. */
  readonly where: "path" | "code" | "text";
  /** What must not be found. */
  readonly forbidden: RegExp;
  /** Which files it holds for. */
  readonly files: RegExp;
  /** Which of them it does not hold for. */
  readonly except?: RegExp;
}

const CODE = /\.(?:ts|mts|js|mjs|cjs)$/;
const ANY_FILE = /./;

/** The files that have to spell out what they forbid. */
const THE_CHECKS = /^(?:scripts\/_name_rules\.ts|tests\/house\/)/;

/** All of them. What is looked for inside a file carries the flag `g`. */
export const NAME_RULES: readonly NameRule[] = [
  {
    message: "a name that says nothing: name the file after what it exports",
    where: "path",
    forbidden:
      /(?:^|\/)_?(?:\w+_)?(?:index|utils?|helpers?|common|types|managers?|service)(?:\.\w+)*(?:\/|$)/,
    files: CODE,
  },
  {
    message: "source files are called in snake_case",
    where: "path",
    forbidden: /(?:^|\/)(?!_?[a-z0-9]+(?:_[a-z0-9]+)*(?:\.[a-z]+)+$)[^/]+$/,
    files: CODE,
  },
  {
    message: "no any: unknown says what is known",
    where: "code",
    forbidden: /(?<![.\w$])any(?![\w$:]|\s*\()/g,
    files: CODE,
  },
  {
    message: "no switched-off check",
    where: "text",
    forbidden: /@ts-(?:ignore|expect-error|nocheck)|\b(?:deno-lint-ignore|eslint-disable)/g,
    files: CODE,
    except: THE_CHECKS,
  },
  {
    message: "nothing unfinished",
    where: "text",
    forbidden: /\b(?:TODO|FIXME|XXX)\b/g,
    files: /\.(?:ts|mts|js|mjs|cjs|json|sql|sh|yml)$/,
    except: THE_CHECKS,
  },
  {
    message: "no path of one machine",
    where: "text",
    forbidden: /(?<![\w.\-/}])\/(?:home|root|Users|work|tmp|mnt)\/\w|\b[A-Z]:\\Users\b/g,
    files: ANY_FILE,
    except: THE_CHECKS,
  },
  {
    message: "no address of a registry",
    where: "text",
    forbidden:
      /\bregistry\.(?:[a-z0-9-]+\.)+[a-z]{2,}|\bnpm\.jsr\.io\b|\b(?:artifactory|jfrog|verdaccio)\b|"tarball":/gi,
    files: ANY_FILE,
    except: THE_CHECKS,
  },
  {
    message: "predictable; use crypto.getRandomValues (R46)",
    where: "code",
    forbidden: /\bMath\s*\.\s*random\b/g,
    files: /^(?:[^/]+\.ts|(?:flows|primitives|adapters|server)\/.*\.ts)$/,
    except: /(?:backoff|jitter)[^/]*\.ts$/,
  },
  {
    // Types of what is built for npm know as much; tests are not built.
    message: "Node.js 22 has not got it, and runs this file unbuilt",
    where: "code",
    forbidden:
      /\b(?:Promise\s*\.\s*try|RegExp\s*\.\s*escape|Error\s*\.\s*isError|Iterator\s*\.\s*concat|Uint8Array\s*\.\s*from(?:Base64|Hex))\b|\.\s*(?:toBase64|toHex|setFromBase64|setFromHex)\s*\(/g,
    files: /^(?:[^/]+\.ts|(?:flows|primitives|testing|adapters|tests)\/.*\.ts)$/,
    except: /^tests\/(?:browser|consumers|house|jsr|long|server|services)\//,
  },
  {
    message: "every test runs",
    where: "code",
    forbidden:
      /\.only\s*\(|\bonly\s*:\s*true\b|\b(?:test|it|describe|suite)\s*\.\s*(?:skip|todo|ignore)\s*\(/g,
    files: /\.test\.ts$|^tests\//,
  },
];
