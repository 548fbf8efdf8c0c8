import { Argon2PasswordHasher } from "@userharbor/argon2";
import { type RequestContext, UserHarbor } from "@userharbor/core";
import { SqlThrottle, SqlUserStore } from "@userharbor/sql";
import type { CommandCall } from "./command.ts";
import { refuseUsage } from "./command_error.ts";
import type { SchemaNeed } from "./require_schema.ts";
import { UnsentMail } from "./unsent_mail.ts";
import { withDatabase } from "./with_database.ts";

/** What a command works with. */
export interface Installation {
  readonly harbor: UserHarbor;
  /** What the harbor would have mailed. */
  readonly mail: UnsentMail;
  /** Who acts, for the audit trail. */
  readonly context: RequestContext;
}

/** What a command knows of the application's options. */
export interface KnownOptions {
  /** When accounts that were never verified lapse. Absent: that is unknown. */
  readonly unverifiedTtlSeconds?: number | undefined;
  /** How long sessions remember where they were opened. Absent: that is unknown. */
  readonly sessionClientRetentionSeconds?: number | undefined;
}

/** What a command asks for. */
interface InstallationNeed {
  readonly call: CommandCall;
  /** Default: `current`. */
  readonly schema?: SchemaNeed;
  readonly options?: KnownOptions;
  /** Whether what is changed is recorded, also for an application that keeps no audit trail. Default: false. */
  readonly auditTrail?: boolean;
}

/** As long as the harbor allows: of an account whose application is not known, nobody can say that it lapsed. */
const NEVER_LAPSES_SECONDS = 3_155_760_000;

/** The least that the harbor takes. */
const MIN_SECRET_BYTES = 16;

/**
 * Puts a harbor together over the database of a command, and takes it apart whatever happens.
 *
 * @throws {CommandError} when the database, or a variable of the environment, cannot be used
 */
export async function withInstallation<T>(
  { call, schema = "current", options = {}, auditTrail = false }: InstallationNeed,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const { unverifiedTtlSeconds = NEVER_LAPSES_SECONDS, sessionClientRetentionSeconds } = options;
  const tokenSecret = readTokenSecret(call);
  return await withDatabase({ call, need: { schema, mayCreate: false } }, async ({ driver }) => {
    const mail = new UnsentMail();
    const actor = call.io.environment["USERHARBOR_ACTOR"] || "userharbor-cli";
    const harbor = new UserHarbor({
      store: new SqlUserStore(driver),
      emailSender: mail,
      passwordHasher: new Argon2PasswordHasher(),
      unverifiedTtlSeconds,
      throttle: new SqlThrottle(driver),
      auditTrail,
      ...(sessionClientRetentionSeconds === undefined ? {} : { sessionClientRetentionSeconds }),
      ...(tokenSecret === undefined ? {} : { tokenSecret }),
      ...(call.io.clock === undefined ? {} : { clock: call.io.clock }),
    });
    try {
      return await work({ harbor, mail, context: { actor } });
    } finally {
      await harbor.settled();
    }
  });
}

function readTokenSecret({ io }: CommandCall): string | undefined {
  const secret = io.environment["USERHARBOR_TOKEN_SECRET"];
  if (!secret) return undefined;
  if (new TextEncoder().encode(secret).byteLength < MIN_SECRET_BYTES) {
    return refuseUsage(`USERHARBOR_TOKEN_SECRET must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  return secret;
}
