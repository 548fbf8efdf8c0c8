import { Inject, Injectable, Module } from "@nestjs/common";
import { Argon2PasswordHasher } from "@userharbor/argon2";
import { isUserHarborError, type User, UserHarbor } from "@userharbor/core";
import { RecordingEmailSender } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";
import { createPasswordPolicy } from "@userharbor/password-policy";

/** What an application puts between its controllers and the harbor. */
@Injectable()
export class Accounts {
  private readonly harbor: UserHarbor;
  private readonly emailSender: RecordingEmailSender;

  constructor(harbor: UserHarbor, @Inject("mail") emailSender: RecordingEmailSender) {
    this.harbor = harbor;
    this.emailSender = emailSender;
  }

  async open(username: string, password: string): Promise<User> {
    const email = `${username}@example.org`;
    await this.harbor.register({ username, email, password });
    await this.harbor.settled();
    await this.harbor.verifyEmail(this.emailSender.tokenFor("verification", email));
    const { sessionToken } = await this.harbor.login({ username, password });
    return await this.harbor.getCurrentUser(sessionToken);
  }

  async refusal(username: string, password: string): Promise<string> {
    try {
      await this.harbor.login({ username, password });
      return "none";
    } catch (error) {
      if (isUserHarborError(error)) return error.code;
      throw error;
    }
  }
}

/** The composition root. */
@Module({
  providers: [
    Accounts,
    { provide: "mail", useClass: RecordingEmailSender },
    {
      provide: UserHarbor,
      inject: ["mail"],
      useFactory: (emailSender: RecordingEmailSender) =>
        new UserHarbor({
          store: new MemoryUserStore(),
          emailSender,
          passwordHasher: new Argon2PasswordHasher(),
          passwordValidator: createPasswordPolicy(),
        }),
    },
  ],
})
export class AccountsModule {}
