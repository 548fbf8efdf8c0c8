import type { EmailSender, UserMessage } from "../interfaces.ts";

/** Somebody to send to, with tokens that are in nobody else's mail. */
export interface Person extends UserMessage {
  /** 43 characters of base64url. */
  readonly verificationToken: string;
  /** 43 characters of base64url. */
  readonly resetToken: string;
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
};

/** The other. */
export const GRACE: Person = {
  username: "grace_hopper",
  email: "grace@example.net",
  verificationToken: "Hc2-Lw9_Ty5Pk1Zs8Vb3Rn6Mx0Qd4Jg7Fa_Ue-I-_kE",
  resetToken: "Ws6_Nj1-Kd8Rb4Tm0Yc7Gv3Lz9Hp5Xf2Q-Ea_Ui0Os0",
};

/** The mail with a verification token, the mail with a reset token, and the notices. */
export const MAILS: readonly [Mail, Mail, ...Mail[]] = [
  {
    method: "sendVerification",
    prepare({ resetToken: _, ...person }) {
      const message = { ...person, expiresAt: new Date("2031-01-02T03:04:05.000Z") };
      return { message, send: (sender) => sender.sendVerification(message) };
    },
  },
  {
    method: "sendPasswordReset",
    prepare({ verificationToken: _, ...person }) {
      const message = { ...person, expiresAt: new Date("2031-01-02T03:04:05.000Z") };
      return { message, send: (sender) => sender.sendPasswordReset(message) };
    },
  },
  notice("sendEmailVerified"),
  notice("sendPasswordChanged"),
  notice("sendAccountDeleted"),
  notice("sendAddressInUse"),
];

type NoticeMethod = "sendEmailVerified" | "sendPasswordChanged" | "sendAccountDeleted" | "sendAddressInUse";

function notice(method: NoticeMethod): Mail {
  return {
    method,
    prepare({ verificationToken: _, resetToken: __, ...message }) {
      return { message, send: (sender) => sender[method]?.(message) };
    },
  };
}
