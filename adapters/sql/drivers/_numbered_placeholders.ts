/** The texts of a store are a small, fixed set; purges and pages add a few. */
const MAX_KNOWN = 500;

const known: Map<string, string> = new Map();

/**
 * Writes `?` as PostgreSQL does: `$1`, `$2` and so on. No statement here has a `?` inside quotes.
 *
 * @param sql a statement with `?`
 * @returns the same with numbers
 */
export function numberedPlaceholders(sql: string): string {
  let numbered = known.get(sql);
  if (numbered === undefined) {
    let count = 0;
    numbered = sql.replaceAll("?", () => `$${++count}`);
    if (known.size < MAX_KNOWN) known.set(sql, numbered);
  }
  return numbered;
}
