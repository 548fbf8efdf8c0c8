import type { HttpErrorCode } from "./answers.ts";

/** Thrown while a request is read, and answered with its code. */
export class RequestRefusal extends Error {
  /** What is wrong with the request. */
  readonly code: HttpErrorCode;

  constructor(code: HttpErrorCode) {
    super(`Cannot read the request: ${code}`);
    this.code = code;
  }
}
