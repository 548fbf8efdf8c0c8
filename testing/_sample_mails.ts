import type { EmailSender, UserMessage } from "../interfaces.ts";

/** Somebody to send to, with tokens that are in nobody else's mail. */
export interface Person extends UserMessage {
  /** 43 characters of base64url. */
  readonly verificationToken: string;
  /** 43 characters of base64url. */
  readonly resetToken: string;
  /** 43 characters of base64url. */
  readonly emailChangeToken: string;
  /** The name until now, where there is a new one. */
  readonly earlierUsername: string;
}

/** A method that sends. */
export type SendMethod = Exclude<keyof EmailSender, "diagnose">;

/** One of the mails a sender sends. */
export interface Mail {
  /** The method that sends it. */
  readonly method: SendMethod;
  /** A message of its own, and the call that sends it; undefined where the sender lacks the method. */
  readonly prepare: (person: Person) => {
    readonly message: UserMessage;
    readonly send: (sender: EmailSender) => Promise<void> | undefined;
  };
}

// Tokens as the core makes them, with the characters that mail programs most like to break a link at.
/** One of two people. */
export const ADA: Person = {
  username: "ada.lovelace",
  email: "ada@example.org",
  verificationToken: "-Vq3x_pLr8Tz0mWc5Jd7Yb2Nf4Hs6Kg9Ua1Ei-Xo_w8",
  resetToken: "_Rk7d-Zm2Qv9Bn4Xc6Lt1Wy8Sp3Jf5Gh0Du_Ae-O-b4",
  emailChangeToken: "Px_8-Kt3Vm7Gz1Wd5Nq9Ry2Bh6Lc4Js0Fe_Ai-Uo-X_g",
  earlierUsername: "countess",
};

/** The other. */
export const GRACE: Person = {
  username: "grace_hopper",
  email: "grace@example.net",
  verificationToken: "Hc2-Lw9_Ty5Pk1Zs8Vb3Rn6Mx0Qd4Jg7Fa_Ue-I-_kE",
  resetToken: "Ws6_Nj1-Kd8Rb4Tm0Yc7Gv3Lz9Hp5Xf2Q-Ea_Ui0Os0",
  emailChangeToken: "-Tz5_Fb9Qk2Mx7Hd-4Vr8Jn1Yg6Wc3Lp0Se_Ou-Ia-s8",
  earlierUsername: "amazing",
};

const EXPIRES_AT = "2031-01-02T03:04:05.000Z";

/** The mails with a token to verify, to reset, to change an address and to invite, and the notices. */
export const MAILS: readonly [Mail, Mail, Mail, Mail, ...Mail[]] = [
  {
    method: "sendVerification",
    prepare({ verificationToken, ...person }) {
      const message = { ...addressed(person), verificationToken, expiresAt: new Date(EXPIRES_AT) };
      return { message, send: (sender) => sender.sendVerification(message) };
    },
  },
  {
    method: "sendPasswordReset",
    prepare({ resetToken, ...person }) {
      const message = { ...addressed(person), resetToken, expiresAt: new Date(EXPIRES_AT) };
      return { message, send: (sender) => sender.sendPasswordReset(message) };
    },
  },
  {
    method: "sendEmailChange",
    prepare({ emailChangeToken, ...person }) {
      const message = { ...addressed(person), emailChangeToken, expiresAt: new Date(EXPIRES_AT) };
      return { message, send: (sender) => sender.sendEmailChange?.(message) };
    },
  },
  {
    method: "sendInvitation",
    prepare({ resetToken, ...person }) {
      const message = { ...addressed(person), resetToken, expiresAt: new Date(EXPIRES_AT) };
      return { message, send: (sender) => sender.sendInvitation?.(message) };
    },
  },
  notice("sendEmailVerified"),
  notice("sendPasswordChanged"),
  notice("sendAccountDeleted"),
  notice("sendAddressInUse"),
  notice("sendEmailChanged"),
  {
    method: "sendUsernameChanged",
    prepare({ earlierUsername, ...person }) {
      const message = { ...addressed(person), earlierUsername };
      return { message, send: (sender) => sender.sendUsernameChanged?.(message) };
    },
  },
];

type NoticeMethod =
  | "sendEmailVerified"
  | "sendPasswordChanged"
  | "sendAccountDeleted"
  | "sendAddressInUse"
  | "sendEmailChanged";

function notice(method: NoticeMethod): Mail {
  return {
    method,
    prepare(person) {
      const message = addressed(person);
      return { message, send: (sender) => sender[method]?.(message) };
    },
  };
}

function addressed({ username, email, locale }: UserMessage): UserMessage {
  return locale === undefined ? { username, email } : { username, email, locale };
}
