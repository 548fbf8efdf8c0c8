import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Chromium, withoutChromium } from "./_chromium.ts";
import { sidewaysScrolling, violations } from "./_faults.ts";

/** What mails have to keep; what axe recommends beyond is about pages, such as that all content is in landmarks. */
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Every mail in one language by its kind, as recorded by the tests of `@userharbor/messages`. */
function recordedMails(locale: string): readonly (readonly [kind: string, html: string])[] {
  const path = new URL(`../../adapters/messages/tests/snapshots/${locale}.txt`, import.meta.url);
  return readFileSync(path, "utf8").split(/^=== /m).slice(1).map((mail) => {
    const [head = "", html = ""] = mail.split("--- HTML\n");
    return [head.split("\n", 1)[0] ?? "", html];
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 600]) {
    test(`mails keep WCAG and need no sideways scrolling, ${colorScheme}, at ${width} pixels`, {
      skip: withoutChromium,
    }, async () => {
      await using chromium = await Chromium.start();
      const page = await chromium.open({ colorScheme, viewport: { width, height: 800 } });
      const found: Record<string, readonly string[]> = {};
      for (const locale of ["en", "de", "fr"]) {
        const mails = recordedMails(locale);
        assert.equal(mails.length, 10);
        for (const [kind, html] of mails) {
          assert.ok(html.includes("ada.lovelace"));
          await page.setContent(html.replaceAll("ada.lovelace", "a".repeat(64)));
          // The same ground as without: axe takes the browser's own for white.
          await page.addStyleTag({ content: "html { background-color: Canvas; }" });
          const faults = [...await violations(page, WCAG), ...await sidewaysScrolling(page)];
          if (faults.length > 0) found[`${kind}, ${locale}`] = faults;
        }
      }
      assert.deepEqual(found, {});
    });
  }
}
