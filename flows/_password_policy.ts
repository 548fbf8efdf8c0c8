import { UserHarborError } from "../errors.ts";
import { exceededPasswordLimit } from "../primitives/password_limits.ts";
import { present } from "../primitives/present.ts";
import type { Harbor, PasswordOwner } from "./_harbor.ts";

/** Refuses with `weak_password` what no limit, or the application's policy, lets pass as a new password. */
export async function requireAcceptablePassword(
  harbor: Harbor,
  { password, owner }: { readonly password: string; readonly owner: PasswordOwner },
): Promise<void> {
  const limit = exceededPasswordLimit(password);
  if (limit !== null) refuseWeak(limit);
  const verdict = await harbor.passwordValidator(password, owner);
  // Only `true` accepts: a validator that forgets to answer must not let everything pass.
  if (verdict !== true) refuseWeak(typeof verdict === "string" ? verdict : undefined);
}

function refuseWeak(reason: string | undefined): never {
  throw new UserHarborError(
    "weak_password",
    "Cannot accept the password: it does not meet the policy",
    present({ reason }),
  );
}
