/**
 * A `UserStore` in memory: for tests, for prototypes, and as the template for new stores.
 *
 * Everything it holds is lost when the process ends, and no other process sees it.
 *
 * @module
 */

export { MemoryUserStore } from "./memory_user_store.ts";
