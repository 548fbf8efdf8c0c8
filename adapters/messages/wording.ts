/** What a mail speaks of. */
export interface MailFacts {
  /** What people know the application by. */
  readonly appName: string;
  /** The account's name. */
  readonly username: string;
  /** Its name until now; the same as `username` unless it changed. */
  readonly earlierUsername: string;
}

/** The words of one mail in one language. */
export interface NoticeWording {
  /** What it is about, in a line. */
  readonly subject: (facts: MailFacts) => string;
  /** What happened. */
  readonly story: (facts: MailFacts) => string;
  /** What to do if it was somebody else. */
  readonly ifNotYou: (facts: MailFacts) => string;
}

/** The words of one mail with a link that a person is asked to open. */
export interface RequestWording extends NoticeWording {
  /** What stands on the link. */
  readonly button: string;
}

/** What a span of time is counted in. */
export type DurationUnit = "minute" | "hour" | "day";

/**
 * Every word of every mail in one language. None is optional: a language that lacks one is not a `MailWording`, and
 * says so to the type checker.
 */
export interface MailWording {
  /** Which way the language is written. */
  readonly direction: "ltr" | "rtl";
  /** How a mail begins. */
  readonly greeting: (facts: MailFacts) => string;
  /** A span of time, such as "24 hours"; `count` is whole and at least 1. */
  readonly duration: (count: number, unit: DurationUnit) => string;
  /** How long a link works, and how often. */
  readonly expiry: (duration: string) => string;
  /** Stands before the bare address, for whom the link on the words does not work. */
  readonly bareLink: string;
  /** What stands on the link to where a person asks for a new password. */
  readonly askForPassword: string;
  /** Where whoever runs the application can be reached: an address of mail or of a page. */
  readonly contact: (where: string) => string;
  /** See `EmailSender.sendVerification`. */
  readonly verification: RequestWording;
  /** See `EmailSender.sendPasswordReset`. */
  readonly passwordReset: RequestWording;
  /** See `EmailSender.sendInvitation`. */
  readonly invitation: RequestWording;
  /** See `EmailSender.sendEmailChange`. */
  readonly emailChange: RequestWording;
  /** See `EmailSender.sendEmailVerified`. */
  readonly emailVerified: NoticeWording;
  /** See `EmailSender.sendPasswordChanged`. */
  readonly passwordChanged: NoticeWording;
  /** See `EmailSender.sendAccountDeleted`. */
  readonly accountDeleted: NoticeWording;
  /** See `EmailSender.sendAddressInUse`. */
  readonly addressInUse: NoticeWording;
  /** See `EmailSender.sendEmailChanged`. */
  readonly emailChanged: NoticeWording;
  /** See `EmailSender.sendUsernameChanged`. */
  readonly usernameChanged: NoticeWording;
}
