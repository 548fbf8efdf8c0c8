/**
 * What scripts load by a specifier in a variable, so that no lock of ours but `scripts/tools.lock` takes it in, and
 * no other task downloads it.
 */
export const ESBUILD: string = "npm:esbuild@0.27.3";

/** As {@link ESBUILD}. */
export const TYPESCRIPT: string = "npm:typescript@6.0.3";
