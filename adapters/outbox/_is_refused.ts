/**
 * Answers that say nothing about the mail: the key or password is wrong, the account is not paid, the path is not there.
 * HTTP 401 to 404 and SMTP 530 to 538 (RFC 4954, section 6).
 */
const NOT_ABOUT_THE_MAIL = /^(?:40[1-4]|53\d)$/;

/**
 * Whether a service refused this very mail, so that there is no point in trying again.
 *
 * What is wrong with the credentials, the certificate or the configuration is set right by somebody, and must not cost
 * the mails of that hour.
 */
export function isRefused(error: unknown): boolean {
  const { retryable, status }: { readonly retryable?: unknown; readonly status?: unknown } = Object(error);
  return retryable === false && typeof status === "number" && !NOT_ABOUT_THE_MAIL.test(String(status));
}
