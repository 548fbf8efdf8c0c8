import { existsSync } from "node:fs";
import process from "node:process";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "npm:playwright-core@1.65.1";

const PATH = process.env["CHROMIUM_PATH"] || "/usr/bin/chromium";

/** Without a sandbox, as containers have none to give, and without anything that asks the network by itself. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const isMissing = !existsSync(PATH);

/** Why tests with a browser cannot run; false where they can, and in CI, where they fail instead. */
export const withoutChromium: string | false = isMissing && !process.env["CI"]
  ? `needs Chromium at ${PATH}, or CHROMIUM_PATH: apt-get install -y --no-install-recommends chromium`
  : false;

if (withoutChromium !== false) console.warn(`Warning: tests with a browser are skipped: ${withoutChromium}`);

/** A browser in a process of its own, closed when it goes out of scope. */
export class Chromium implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Starts one. */
  static async start(): Promise<Chromium> {
    return new Chromium(await chromium.launch({ executablePath: PATH, args: ARGUMENTS }));
  }

  /** A page of somebody with cookies of their own. */
  async open(options: BrowserContextOptions): Promise<Page> {
    const context = await this.#browser.newContext(options);
    // Nothing here takes longer but what never comes.
    context.setDefaultTimeout(10_000);
    return await context.newPage();
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
