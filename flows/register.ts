import { UserHarborError } from "../errors.ts";
import type { CreateUserRequest, User, UserStore } from "../interfaces.ts";
import { canonicalEmail } from "../primitives/canonical_email.ts";
import { isRefusal } from "../primitives/is_refusal.ts";
import { makeToken } from "../primitives/tokens.ts";
import { noticeToOwner } from "./_address_in_use.ts";
import { change } from "./_change.ts";
import { removeLapsed, requireFreeUsername, requireUsernameKey, takeUsername } from "./_chosen_username.ts";
import { requireClientAttempt } from "./_client_limits.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { admitMail, mailTo, type PlannedMail } from "./_mail.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { requireAcceptablePassword } from "./_password_policy.ts";

/** What a newcomer chooses. */
export interface RegisterInput {
  /** 3 to 64 ASCII letters, digits, `_`, `-`, `.`, unless the application's validator says otherwise. */
  readonly username: string;
  /** Where the verification goes. */
  readonly email: string;
  /** 15 to 256 code points, unless the application's validator says otherwise. */
  readonly password: string;
}

/**
 * Opens an unverified account and mails the token that proves its address.
 *
 * An address that somebody owns answers alike and costs the same: the newcomer's account is made without it,
 * and the owner is told. So nobody learns who has an account here, and nobody squats.
 *
 * @throws {UserHarborError} `invalid_username`, `invalid_email`, `weak_password`, `rate_limited`, `username_taken`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.3.8}
 */
export async function register<U extends User>(
  harbor: Harbor<U>,
  { input, context, trace }: Call<RegisterInput>,
): Promise<void> {
  const { store, clock } = harbor;
  const { username, password } = input;
  const usernameKey = await requireUsernameKey(harbor, username);
  const email = canonicalEmail(input.email);
  if (email === null) {
    throw new UserHarborError("invalid_email", "Cannot register: this is not an e-mail address");
  }
  await requireAcceptablePassword(harbor, { password, owner: { username, email } });
  await requireClientAttempt(harbor, { limit: "registrationsPerClient", context });

  const holder = await store.getUserByEmail(email);
  const namesake = await store.getUserByUsername(usernameKey);
  requireFreeUsername(harbor, namesake);

  const passwordHash = await harbor.passwordHasher.hash(password);
  const verificationToken = makeToken();
  const verificationTokenHash = await harbor.tokenHasher.hash(verificationToken);
  for (const earlier of [holder, namesake]) await removeLapsed(harbor, { account: earlier, context });

  const createdAt = clock();
  const expiresAt = new Date(createdAt.getTime() + harbor.emailVerificationTtlMs);
  const account = { id: crypto.randomUUID(), username, usernameKey, email, passwordHash, createdAt };
  const limited = { email, account: { id: account.id, limit: "verificationMailsPerAccount" } } as const;
  const verification: PlannedMail = {
    kind: "verification",
    message: { ...mailTo(account, context), verificationToken, expiresAt },
    tokenHash: verificationTokenHash,
    context,
    user: account,
    limited,
  };
  const holdsEmail = holder?.verified !== true && await createHolder(harbor, {
    request: { ...account, verificationTokenHash, expiresAt },
    trace,
    mails: await admitMail(harbor, verification),
  });
  if (!holdsEmail) {
    trace.because("address_in_use");
    const owner = holder?.verified ? holder : await store.getUserByEmail(email);
    await create(harbor, {
      request: { ...account, holdsEmail: false },
      trace,
      // Counted like the mail that goes to an address of nobody's, and kept with the account like that one.
      mails: await noticeToOwner(harbor, { owner, limited, context }),
    });
  }
}

interface Creation {
  readonly request: CreateUserRequest;
  readonly trace: OperationTrace;
  readonly mails: readonly PlannedMail[];
}

/** False: somebody verified the address since it was looked up. */
async function createHolder(harbor: Harbor, creation: Creation): Promise<boolean> {
  try {
    await create(harbor, creation);
    return true;
  } catch (error) {
    if (isRefusal(error, "email_taken")) return false;
    throw error;
  }
}

async function create(harbor: Harbor, { request, trace, mails }: Creation): Promise<void> {
  const work = async (store: UserStore) => {
    await store.createUser(request);
    trace.about(request);
  };
  await takeUsername(() => change(harbor, { trace, work, mails: () => mails }));
}
