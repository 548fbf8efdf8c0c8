/**
 * Headers that say that nobody wrote this mail, so that no absence notice answers it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3834#section-5 | RFC 3834, 5: Auto-Submitted}
 * @see {@link https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxcmail/ced68690-498a-4567-9d14-5c01f974d8b1 | MS-OXCMAIL: X-Auto-Response-Suppress}
 */
export const AUTOMATIC_MAIL_HEADERS: Readonly<Record<string, string>> = {
  "Auto-Submitted": "auto-generated",
  "X-Auto-Response-Suppress": "All",
};
