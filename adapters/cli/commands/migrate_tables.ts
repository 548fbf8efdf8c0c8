import { migrate } from "@userharbor/sql";
import type { Command } from "../command.ts";
import { withDatabase } from "../with_database.ts";

/** `userharbor migrate` */
export const migrateTables: Command = {
  name: "migrate",
  summary: "Bring the tables up to this release; make them where there are none",
  parameters: [],
  options: [],
  details: "Rows are kept. Each step takes effect whole or not at all, and running it twice, or from two\n" +
    "computers at once, is safe. Make a copy of a database that matters first: there is no way back.",
  run: (call) =>
    withDatabase({ call, need: { schema: "known", mayCreate: true } }, async ({ driver, name, version }) => {
      let reached = version;
      await migrate(driver, {
        onStep(step) {
          reached = step.version;
          call.progress.tell(`Step ${step.version} of ${step.lastVersion}`);
        },
      });
      return {
        json: { from: version, to: reached },
        text: reached === version
          ? `${name}: the tables are those of this release (version ${version})\n`
          : `${name}: the tables went from version ${version} to ${reached}\n`,
      };
    }),
};
