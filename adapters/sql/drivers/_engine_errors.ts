import type { SqlDriver } from "../sql_driver.ts";

/** What an engine's errors mean to a driver. */
export type EngineErrors = Pick<
  SqlDriver,
  "isDuplicate" | "isRolledBack" | "isSchemaMissing" | "isSchemaThere"
>;
