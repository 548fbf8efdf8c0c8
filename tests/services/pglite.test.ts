import { PGlite } from "@electric-sql/pglite";
import { userStoreCases } from "@userharbor/core/testing";
import { pglite } from "@userharbor/sql/pglite";
import { after } from "node:test";
import { runCases } from "./_run_cases.ts";
import { openEmptyStore } from "./_sql_stores.ts";

// It takes seconds to start, so all cases share it.
const database = new PGlite();

after(async () => {
  await database.close();
});

const cases = userStoreCases(() =>
  openEmptyStore({ driver: pglite(database), end: () => Promise.resolve() })
);
runCases(cases, { subject: "PGlite", skip: false });
