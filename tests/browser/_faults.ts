import axe from "npm:axe-core@4.14.1";
import type { Page } from "npm:playwright-core@1.65.1";

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/**
 * What axe finds wrong with a page.
 *
 * @param page open
 * @param tags of the rules that hold; absent: all of them
 */
export async function violations(page: Page, tags?: readonly string[]): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const options = tags === undefined ? "" : JSON.stringify({ runOnly: tags });
  const found: readonly Violation[] = await page.evaluate(
    `axe.run(${options}).then(({ violations }) => violations)`,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** Whether a person would have to scroll sideways, and by how much. */
export async function sidewaysScrolling(page: Page): Promise<readonly string[]> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  return scrollWidth > clientWidth ? [`scrolls: ${scrollWidth} in ${clientWidth} pixels`] : [];
}
