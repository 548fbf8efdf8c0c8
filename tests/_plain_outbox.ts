import { type EmailSender, type Outbox, type OutboxMail, sendMail, type StoreRecord } from "../mod.ts";

/** Seals nothing, so that a test can read what an outbox was handed. */
export class PlainOutbox implements Outbox {
  /** While it is set, mails also go there at once: whoever prepares a situation needs their tokens. */
  passTo: EmailSender | null = null;
  /** How often it was told that there is mail. */
  woken = 0;
  /** Runs before a mail is sealed; what it throws, `seal` rejects with. */
  beforeSeal: (mail: OutboxMail) => void = () => {};

  async seal(mail: OutboxMail): Promise<StoreRecord> {
    this.beforeSeal(mail);
    if (this.passTo !== null) await sendMail(this.passTo, mail);
    return {
      id: crypto.randomUUID(),
      kind: "mail",
      createdAt: mail.at,
      ...(mail.userId === undefined ? {} : { userId: mail.userId }),
      body: JSON.stringify(mail),
    };
  }

  wake(): void {
    this.woken++;
  }
}
