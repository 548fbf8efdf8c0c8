/** A request that hands a mail over. */
export interface HttpMailRequest {
  /** `https:`. */
  readonly url: string;
  /** Credentials included. */
  readonly headers: Readonly<Record<string, string>>;
  /** The mail. */
  readonly body: string | FormData;
}

/** A service's answer, as far as it matters. */
export interface HttpMailAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** In whatever case. */
  readonly headers: Headers;
  /** The body, if it was JSON of no more than 64 KiB; else undefined. */
  readonly body: unknown;
}

/** A mail service, as its sender introduces it. */
export interface HttpMailService {
  /** What people call it. */
  readonly name: string;
  /** The names of the options that only its sender has. */
  readonly ownOptions: readonly string[];
}
