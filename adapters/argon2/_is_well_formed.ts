/** Whether a password is a string of well-formed Unicode: half a character has no bytes of its own. */
export function isWellFormed(password: unknown): password is string {
  return typeof password === "string" && !/\p{Cs}/u.test(password);
}
