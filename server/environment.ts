/** The variables of a process; an empty one counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;
