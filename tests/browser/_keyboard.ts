import assert from "node:assert/strict";
import type { Page } from "npm:playwright-core@1.65.1";

/** More than any page has. */
const MOST_STOPS = 60;

/** What can be operated, as a screen reader would say it. */
export type Control = `${"link" | "button" | "textbox"} ${string}`;

/** A person with a keyboard and nothing else. */
export class Keyboard {
  readonly page: Page;

  /** @param page which they see */
  constructor(page: Page) {
    this.page = page;
  }

  /** The heading of the page. */
  async heading(): Promise<string> {
    return (await this.page.locator("h1").innerText()).trim();
  }

  /** Goes on with Tab to a control, which then shows that it has the focus. */
  async tabTo(control: Control): Promise<void> {
    const passed: string[] = [];
    while (passed.length < MOST_STOPS) {
      await this.page.keyboard.press("Tab");
      const stop = await this.focused();
      if (stop === control) {
        assert.ok(await this.#showsFocus(), `no one can see that ${control} has the focus`);
        return;
      }
      passed.push(stop);
    }
    assert.fail(`Tab does not lead to ${control} on "${await this.heading()}", but to ${passed.join(", ")}`);
  }

  /** Presses Enter on a control, and waits for the page it leads to. */
  async press(control: Control): Promise<void> {
    await this.tabTo(control);
    await this.enter();
  }

  /** Presses Enter, and waits for the page it leads to, with the focus where that page puts it. */
  async enter(): Promise<void> {
    const loaded = this.page.waitForEvent("load");
    await this.page.keyboard.press("Enter");
    await loaded;
    // A browser moves the focus with the first frame it draws, which may come after the load.
    if (await this.page.locator("[autofocus]").count() > 0) {
      await this.page.locator("[autofocus]:focus").waitFor();
    }
  }

  /** Writes into a field in place of what is there. */
  async type(name: string, text: string): Promise<void> {
    await this.tabTo(`textbox ${name}`);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }

  /** What has the focus, such as `link Register`. */
  async focused(): Promise<string> {
    const focused = this.page.locator("a:focus, button:focus, input:focus, pre:focus");
    if (await focused.count() === 0) return "";
    const [, role = "", name = ""] = /^- (\w+)(?: "((?:[^"\\]|\\.)*)")?/.exec(await focused.ariaSnapshot()) ??
      [];
    return `${role} ${name.replace(/\\(.)/g, "$1")}`;
  }

  async #showsFocus(): Promise<boolean> {
    return await this.page.locator(":focus").evaluate((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    });
  }
}
