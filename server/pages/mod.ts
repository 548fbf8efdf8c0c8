/**
 * The pages on which people keep their accounts.
 *
 * They know the operations of a harbor and `@userharbor/http`, and nothing of stores, files or any one runtime.
 *
 * @module
 */

export { createPages } from "./create_pages.ts";
export { html } from "./html.ts";
export type { Html, HtmlValue } from "./html.ts";
export { pageAnswer } from "./page_answer.ts";
export type { Page } from "./page_answer.ts";
export type { PagesHarbor, PagesOptions } from "./page_options.ts";
export { pagePaths } from "./page_paths.ts";
export type { PagePaths } from "./page_paths.ts";
export type { Link, Site } from "./site.ts";
export { timeHtml } from "./time_html.ts";
