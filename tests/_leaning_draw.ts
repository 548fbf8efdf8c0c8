import { pseudoRandom } from "./_pseudo_random.ts";
import type { Draw } from "./_schedules.ts";

/** How far turns lean at most. */
const LEANING = 16;

/**
 * Draws turns at random that lean, for each seed otherwise, to the first or to the last who wait: so that a long work
 * may overtake a short one, which it seldom does where all are as likely.
 */
export function leaningDraw(seed: number): Draw {
  const random = pseudoRandom(seed);
  const exponent = LEANING ** (2 * random() - 1);
  return (choices) => Math.floor(random() ** exponent * choices);
}
