import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import type { Page } from "npm:playwright-core@1.65.1";
import { ServerProcess, temporaryFolder } from "../server/_server.ts";
import { Chromium, withoutChromium } from "./_chromium.ts";
import { sidewaysScrolling, violations } from "./_faults.ts";
import { walkThroughStates } from "./_states.ts";

/** A folder for a picture of every page in every state; unset: none are taken. */
const SCREENSHOTS = process.env["SCREENSHOTS"];

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 1280]) {
    test(
      `pages have no violation of axe's rules and no sideways scrolling, ${colorScheme}, at ${width} pixels`,
      {
        skip: withoutChromium,
      },
      async () => {
        using folder = temporaryFolder();
        const variables = { PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") };
        await using server = new ServerProcess(variables);
        await using chromium = await Chromium.start();
        const baseURL = await server.origin();
        // Only for axe, which is a script: the pages' own policy would not let it in.
        const page = await chromium.open({
          baseURL,
          colorScheme,
          viewport: { width, height: 800 },
          bypassCSP: true,
        });
        const found: Record<string, readonly string[]> = {};
        let states = 0;
        await walkThroughStates(page, async (state) => {
          states++;
          const faults = [...await violations(page), ...await sidewaysScrolling(page)];
          if (faults.length > 0) found[state] = faults;
          if (SCREENSHOTS) await picture(page, `${state}-${colorScheme}-${width}`);
        });
        assert.deepEqual(found, {});
        assert.ok(states > 20);
      },
    );
  }
}

async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS ?? "", { recursive: true });
  const path = join(SCREENSHOTS ?? "", `${name.replace(/\W+/g, "-")}.png`);
  await page.screenshot({ path, fullPage: true });
}
