/** The version of this package, and of all others of the release. */
export const VERSION = "0.1.0";
