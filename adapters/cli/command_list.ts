import type { Command } from "./command.ts";
import { createUser } from "./commands/create_user.ts";
import { deleteUser } from "./commands/delete_user.ts";
import { disableUser } from "./commands/disable_user.ts";
import { doctor } from "./commands/doctor.ts";
import { enableUser } from "./commands/enable_user.ts";
import { forceReset } from "./commands/force_reset.ts";
import { grantRole } from "./commands/grant_role.ts";
import { listRoles } from "./commands/list_roles.ts";
import { listUsers } from "./commands/list_users.ts";
import { migrateTables } from "./commands/migrate_tables.ts";
import { purge } from "./commands/purge.ts";
import { revokeRole } from "./commands/revoke_role.ts";

/** Every command, in the order of the help. */
export const COMMAND_LIST: readonly Command[] = [
  migrateTables,
  doctor,
  purge,
  listUsers,
  createUser,
  disableUser,
  enableUser,
  forceReset,
  deleteUser,
  listRoles,
  grantRole,
  revokeRole,
];
