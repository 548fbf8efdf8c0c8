/** Who may import whom: the first rule whose `files` match a file is the one that holds for it. */
export interface HouseRule {
  /** Paths from the root: `*` stays in a folder, `**` does not. */
  readonly files: readonly string[];
  /** Paths from the root, bare names, or one of the words below; `type …` allows `import type` alone. */
  readonly mayImport: readonly string[];
}

/** Anything in the same package's folder. */
export const OWN_FOLDER = "own folder";

/** A bare name that the same package's deno.json maps. */
export const OWN_IMPORTS = "own imports";

/** An `npm:` specifier written out with one exact version, such as `npm:fast-check@4.10.2`. */
export const EXACT_NPM = "exact npm";

/** What every rule of the core builds on. */
const GROUND = ["./interfaces.ts", "./errors.ts", "./events.ts", "./primitives/*.ts"];

/** What every adapter may import; its client only through its own deno.json, or by structural type. */
const ADAPTER = [OWN_FOLDER, OWN_IMPORTS, "@userharbor/core", "@userharbor/core/transactions"];

/** Adapters that mount `@userharbor/http` into a framework. */
const FRAMEWORK_ADAPTERS = "{elysia,express,fastify,h3,hono,koa,next,oak,sveltekit}";

/** Adapters that deliver what `@userharbor/messages` words. */
const SENDERS = "{mailgun,postmark,resend,sendgrid,ses,smtp}";

/** What tests of the whole may import. */
const TESTS = ["./**", "@userharbor/**", "node:**"];

/** Clients of real servers, which tests/services/deno.json maps. */
const SERVICE_CLIENTS = [
  "@electric-sql/pglite",
  "drizzle-orm{,/**}",
  "esbuild",
  "kysely",
  "miniflare",
  "mysql2{,/promise}",
  "pg",
  "postal-mime",
  "postgres",
  EXACT_NPM,
];

/** The whole house. Nothing in it may import `jsr:`, so nothing that tests or the server reach does. */
export const HOUSE_RULES: readonly HouseRule[] = [
  {
    files: ["./adapters/*/**/{*.test,_test_*}.ts", "./adapters/*/tests/**"],
    mayImport: [OWN_FOLDER, OWN_IMPORTS, "@userharbor/**", "node:**"],
  },
  { files: ["./tests/services/**", "./benchmarks/servers/**"], mayImport: [...TESTS, ...SERVICE_CLIENTS] },
  {
    files: ["./tests/consumers/nest/**"],
    mayImport: [OWN_FOLDER, "@userharbor/**", "@nestjs/{common,testing}", "reflect-metadata"],
  },
  {
    files: ["./tests/{browser,foreign_hashes,properties,runtimes,consumers}/**", "./benchmarks/**"],
    mayImport: [...TESTS, "bun:**", EXACT_NPM],
  },
  // They run where JSR can be reached, and are part of nothing else.
  { files: ["./tests/jsr/**"], mayImport: [...TESTS, "@std/{assert,crypto}"] },
  { files: ["./tests/**", "./**/*.test.ts"], mayImport: TESTS },

  { files: ["./errors.ts", "./interfaces.ts", "./transactions.ts"], mayImport: [] },
  { files: ["./events.ts"], mayImport: ["type ./errors.ts", "type ./interfaces.ts"] },
  {
    // They compute with the records that cross the port of a throttle, and call no port.
    files: ["./primitives/{_attempt_request,attempt_count,memory_throttle}.ts"],
    mayImport: ["type ./interfaces.ts", "./primitives/*.ts"],
  },
  // It names the method that a kind of mail has, and calls it.
  { files: ["./primitives/send_mail.ts"], mayImport: ["type ./interfaces.ts"] },
  // A port that needs nothing but Web Crypto; an entry point of its own, so that only who asks for it loads it.
  { files: ["./primitives/pbkdf2_password_hasher.ts"], mayImport: ["type ./interfaces.ts"] },
  { files: ["./pbkdf2.ts"], mayImport: ["./primitives/pbkdf2_password_hasher.ts"] },
  { files: ["./primitives/*.ts"], mayImport: ["./errors.ts", "./primitives/*.ts"] },
  { files: ["./flows/*.ts"], mayImport: [...GROUND, "./flows/_*.ts"] },
  { files: ["./options.ts"], mayImport: [...GROUND, "./flows/_*.ts"] },
  {
    files: ["./role_catalog.ts", "./session_overview.ts", "./user_administration.ts"],
    mayImport: [...GROUND, "./flows/*.ts"],
  },
  {
    files: ["./harbor.ts"],
    mayImport: [
      ...GROUND,
      "./flows/*.ts",
      "./options.ts",
      "./role_catalog.ts",
      "./session_overview.ts",
      "./user_administration.ts",
    ],
  },
  { files: ["./schedule_purge.ts"], mayImport: ["type ./harbor.ts"] },
  {
    files: ["./mod.ts"],
    mayImport: [
      ...GROUND,
      "./harbor.ts",
      "./options.ts",
      "./role_catalog.ts",
      "./schedule_purge.ts",
      "./session_overview.ts",
      "./user_administration.ts",
      "type ./flows/*.ts",
    ],
  },
  { files: ["./testing.ts"], mayImport: ["./testing/**"] },
  {
    files: ["./testing/**"],
    mayImport: ["./interfaces.ts", "./errors.ts", "./mod.ts", "./testing/**", "node:assert{,/strict}"],
  },

  { files: ["./adapters/*/drivers/**"], mayImport: [...ADAPTER, "type node:**"] },
  { files: [`./adapters/${FRAMEWORK_ADAPTERS}/**`], mayImport: [...ADAPTER, "@userharbor/http"] },
  {
    files: [`./adapters/${SENDERS}/**`],
    mayImport: [...ADAPTER, "@userharbor/messages", "@userharbor/messages/{delivery,http-sender}"],
  },
  {
    files: ["./adapters/foreign-hashes/**"],
    mayImport: [...ADAPTER, "@userharbor/argon2/limiter", "node:crypto"],
  },
  {
    files: ["./adapters/cli/**"],
    mayImport: [...ADAPTER, "@userharbor/argon2", "@userharbor/sql", "@userharbor/sql/*", "node:**"],
  },
  { files: ["./adapters/**"], mayImport: ADAPTER },

  { files: ["./server/**"], mayImport: ["./server/**", "@userharbor/**", "node:**"] },
  {
    files: ["./scripts/npm_engines/dnt/**"],
    mayImport: ["./scripts/**", "@deno/dnt"], // on JSR alone, and in no graph but its own
  },
  { files: ["./scripts/**"], mayImport: ["./scripts/**", "node:**", EXACT_NPM] },
  { files: ["./docs/**", "./examples/**"], mayImport: [OWN_FOLDER, "@userharbor/**", "node:**"] },
];
