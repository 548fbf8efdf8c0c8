import { UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { createSessionCookie } from "@userharbor/http";
import { MemoryUserStore } from "@userharbor/memory";
import { createPages, html, type PagesHarbor, type PagesOptions } from "../../server/pages/mod.ts";
import { Visitor } from "./_visitor.ts";

/** Fits every policy. */
export const PASSWORD = "seven quiet otters at dawn";

/** Where people see the pages. */
export const ORIGIN = "https://accounts.example.org";

/** The pages with everything behind them in memory. */
export class PagesWorld {
  readonly store: MemoryUserStore = new MemoryUserStore();
  readonly sender: RecordingEmailSender = new RecordingEmailSender();
  readonly harbor: UserHarbor;
  readonly handle: (request: Request) => Promise<Response | null>;

  /**
   * @param options of the pages
   * @param wrap what stands between the pages and the harbor
   */
  constructor(
    options: Partial<PagesOptions> = {},
    wrap: (harbor: PagesHarbor) => PagesHarbor = (harbor) => harbor,
  ) {
    const passwordHasher = new FastPasswordHasher();
    this.harbor = new UserHarbor({ store: this.store, emailSender: this.sender, passwordHasher });
    this.handle = createPages(wrap(this.harbor), {
      cookie: createSessionCookie({ origin: ORIGIN }),
      name: "Accounts",
      introduction: html`<p>Welcome.</p>`,
      mailHint: html`<p>The hint.</p>`,
      ...options,
    });
  }

  /** Somebody with a browser of their own. */
  visitor(): Visitor {
    return new Visitor(
      async (request) => await this.handle(request) ?? new Response(null, { status: 404 }),
      ORIGIN,
    );
  }

  /** Somebody who is logged in. */
  async member(username = "ada"): Promise<Visitor> {
    const email = `${username}@example.org`;
    await this.harbor.register({ username, email, password: PASSWORD });
    await this.harbor.settled();
    await this.harbor.verifyEmail(this.sender.tokenFor("verification", email));
    await this.harbor.settled();
    const visitor = this.visitor();
    await visitor.open("/login");
    await visitor.submit("Log in", { username, password: PASSWORD });
    return visitor;
  }
}
