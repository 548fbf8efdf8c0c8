import type { Command } from "./command.ts";
import { doctor } from "./commands/doctor.ts";
import { migrateTables } from "./commands/migrate_tables.ts";
import { purge } from "./commands/purge.ts";

/** Every command, in the order of the help. */
export const COMMAND_LIST: readonly Command[] = [
  migrateTables,
  doctor,
  purge,
];
