import type { Finding, User } from "../interfaces.ts";
import type { Harbor } from "./_harbor.ts";

/** RFC 2104, 3: keys shorter than the digest are strongly discouraged. */
const AMPLE_SECRET_BYTES = 32;

/** NIST SP 800-63B-4, 4.2.1.2: a recovery code sent to an address is good for 24 hours at the most. */
const MAX_RESET_TTL_MS = 86_400_000;

/** What the options leave open, or promise and cannot keep. */
export function configurationFindings<U extends User>(harbor: Harbor<U>): readonly Finding[] {
  return [
    ...storeFindings(harbor),
    ...throttleFindings(harbor),
    ...secretFindings(harbor),
    ...mailFindings(harbor),
  ];
}

function* storeFindings<U extends User>({ store, maxSessionsPerUser }: Harbor<U>): Generator<Finding> {
  if (store.transactions === "none") {
    yield unsafe(
      "store_without_transactions",
      "The store has no transactions, so a crash can leave accounts half changed: use one that has",
    );
  }
  if (maxSessionsPerUser !== null && store.listSessions === undefined) {
    yield unsafe(
      "store_without_list_sessions",
      "maxSessionsPerUser needs a store with listSessions(), and every login fails without: " +
        "use such a store, or leave the option out",
    );
  }
}

function* throttleFindings<U extends User>({ throttling }: Harbor<U>): Generator<Finding> {
  if (throttling === null) {
    yield unsafe(
      "no_throttle",
      "No throttle is set, so anybody may guess passwords and ask for mail without end: give one that all " +
        "processes share, and the client's address with every call",
    );
  }
}

function* secretFindings<U extends User>({ tokenHasher }: Harbor<U>): Generator<Finding> {
  const { secretBytes } = tokenHasher;
  if (secretBytes === null) {
    yield advice(
      "no_token_secret",
      "No tokenSecret is set. Tokens stay unguessable, and whoever reads the database cannot use them; " +
        "whoever writes to it can make a session of their own, which a secret kept elsewhere prevents",
    );
  } else if (secretBytes < AMPLE_SECRET_BYTES) {
    yield advice(
      "token_secret_short",
      `The tokenSecret has ${secretBytes} bytes: put one of ${AMPLE_SECRET_BYTES} random bytes before it in the ` +
        "list, and drop it once the sessions of today have ended",
    );
  }
}

function* mailFindings<U extends User>(harbor: Harbor<U>): Generator<Finding> {
  const { events, passwordResetTtlMs, emailVerificationTtlMs, unverifiedTtlMs } = harbor;
  if (!events.isHeard) {
    yield advice(
      "no_event_listener",
      "No onEvent is set, so nobody learns of mail that failed, nor of refused logins: log the events, " +
        "which hold no secrets",
    );
  }
  yield* senderFindings(harbor);
  if (passwordResetTtlMs > MAX_RESET_TTL_MS) {
    yield advice(
      "reset_token_long_lived",
      "passwordResetTtlSeconds is above a day: whoever finds the mail later still has the account",
    );
  }
  if (emailVerificationTtlMs > unverifiedTtlMs) {
    yield advice(
      "verification_outlives_account",
      "emailVerificationTtlSeconds is above unverifiedTtlSeconds: the mail names an end that its token " +
        "does not live to see",
    );
  }
}

function* senderFindings<U extends User>({ emailSender, store }: Harbor<U>): Generator<Finding> {
  if (emailSender.sendAddressInUse === undefined) {
    yield advice(
      "sender_without_address_in_use",
      "The emailSender has no sendAddressInUse(), so people who register an address they own already wait for " +
        "a mail that never comes",
    );
  }
  if (emailSender.sendEmailChange !== undefined && emailSender.sendEmailChanged === undefined) {
    yield advice(
      "sender_without_email_changed",
      "The emailSender has no sendEmailChanged(), so nobody learns at the earlier address that an account was " +
        "moved away from it",
    );
  }
  if (store.setUsername !== undefined && emailSender.sendUsernameChanged === undefined) {
    yield advice(
      "sender_without_username_changed",
      "The emailSender has no sendUsernameChanged(), so people are not told of another name that they did not choose",
    );
  }
}

function unsafe(code: string, message: string): Finding {
  return { code, level: "unsafe", message };
}

function advice(code: string, message: string): Finding {
  return { code, level: "advice", message };
}
