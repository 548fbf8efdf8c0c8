import { pagePaths } from "./page_paths.ts";

/** The links that a sender puts into its mails. Every member may be used without `this`. */
export interface MailLinks {
  /** Leads to the page that verifies an address. */
  verification(verificationToken: string): string;
  /** Leads to the page that sets a new password. */
  passwordReset(resetToken: string): string;
  /** Leads to the page that confirms a new address. */
  emailChange(emailChangeToken: string): string;
}

/**
 * Makes the links of mails, from what is configured and never from what a request says.
 *
 * The token is in the query: without script no page could read it from the fragment. It stays there for one page
 * without links to elsewhere, which nobody stores and which tells nobody where it was; its form carries it on in
 * the body, and whatever only follows the link spends nothing.
 *
 * @param place where people see the pages
 */
export function createMailLinks(
  { origin, basePath = "" }: { readonly origin: string; readonly basePath?: string },
): MailLinks {
  const { verify, reset, confirmEmail } = pagePaths(basePath);
  const linkTo = (path: string) => (token: string) => `${origin}${path}?token=${encodeURIComponent(token)}`;
  return { verification: linkTo(verify), passwordReset: linkTo(reset), emailChange: linkTo(confirmEmail) };
}
