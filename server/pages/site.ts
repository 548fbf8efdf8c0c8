/** A page and what leads there. */
export interface Link {
  /** Where it leads: a path of this site, or a whole address. */
  readonly href: string;
  /** What a person reads. */
  readonly text: string;
}

/** What every page of a site shows. */
export interface Site {
  /** What the site is called. */
  readonly name: string;
  /** Where its name leads. */
  readonly home: string;
  /** What stands beside the name. */
  readonly links: readonly Link[];
}
