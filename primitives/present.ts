/**
 * Leaves out the members that are undefined: a record has them, or it does not.
 *
 * @param members of which some may be missing
 * @returns the others
 */
export function present<Members extends object>(members: Members): Present<Members> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Present<Members>;
}

type Present<Members> = { readonly [Name in keyof Members]?: Exclude<Members[Name], undefined> };
