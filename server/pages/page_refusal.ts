/** Why a request gets a page of its own and no form. */
export type PageRefusalCode =
  | "malformed"
  | "foreign"
  | "method_not_allowed"
  | "payload_too_large"
  | "unsupported_media_type"
  | "unavailable"
  | "internal_error";

/** Thrown on the way to an answer, and answered with the page of its code. */
export class PageRefusal extends Error {
  /** Which page. */
  readonly code: PageRefusalCode;

  /**
   * @param code which page
   * @param cause what led to it, for logs
   */
  constructor(code: PageRefusalCode, cause?: unknown) {
    super(`Cannot serve the page: ${code}`, { cause });
    this.code = code;
  }
}
