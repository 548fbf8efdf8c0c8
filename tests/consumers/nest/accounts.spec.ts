import "reflect-metadata";
import { Test } from "@nestjs/testing";
import { passwordHasherCases } from "@userharbor/core/testing";
import { Argon2PasswordHasher } from "@userharbor/argon2";
import { Accounts, AccountsModule } from "./accounts";

describe("accounts in NestJS", () => {
  it("opens an account and refuses a wrong password", async () => {
    const application = await Test.createTestingModule({ imports: [AccountsModule] }).compile();
    const accounts = application.get(Accounts);
    const user = await accounts.open("ada", "seven quiet otters at dawn");
    expect(user).toMatchObject({ username: "ada", verified: true });
    expect(await accounts.refusal("ada", "eight loud herons by noon")).toBe("invalid_credentials");
    await expect(accounts.open("bob", "short")).rejects.toMatchObject({ code: "weak_password" });
  });

  it("has the published contracts at hand", () => {
    expect(passwordHasherCases(() => new Argon2PasswordHasher()).length).toBeGreaterThan(5);
  });
});
