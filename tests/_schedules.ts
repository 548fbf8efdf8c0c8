import { pseudoRandom } from "./_pseudo_random.ts";

/** Picks one of so many parties: 0 is the first of them. */
export type Draw = (choices: number) => number;

/** Blocked parties leave fewer orders than there are on paper; beyond this many times the limit it is not tried. */
const HOPE = 100;

/**
 * Every order in which parties can take turns, one after the other, unless they are more than a limit: then as many
 * as that at random, the same ones each time.
 */
export class Schedules {
  readonly #limit: number;
  readonly #mayBeAll: boolean;
  /** In the run at hand: what was picked, of how many. */
  #picked: { choice: number; readonly choices: number }[] = [];
  #step = 0;
  #run = 0;
  #random: (() => number) | undefined;

  /** `mayBeAll` is false where runs differ by more than the order. */
  constructor(limit: number, { mayBeAll }: { readonly mayBeAll: boolean }) {
    this.#limit = limit;
    this.#mayBeAll = mayBeAll;
    if (!mayBeAll) this.#random = pseudoRandom(0);
  }

  /** Which run this is, from 0. */
  get run(): number {
    return this.#run;
  }

  /** The order of the run at hand. */
  readonly draw: Draw = (choices) => {
    if (this.#random !== undefined) return Math.floor(this.#random() * choices);
    const known = this.#picked[this.#step++];
    if (known !== undefined) return known.choice;
    this.#picked.push({ choice: 0, choices });
    return 0;
  };

  /** Goes on to another order; false when there is none left, or enough were tried. */
  next(turns: readonly number[]): boolean {
    if (this.#run++ === 0 && this.#mayBeAll && orders(turns) > HOPE * this.#limit) this.#random = () => 0;
    const enough = this.#run >= this.#limit;
    if (this.#random === undefined) {
      if (!this.#pickAnother()) return false;
      if (!enough) return true;
      // More than hoped: what was tried so far differs in the last turns only.
      this.#run = 0;
    } else if (enough) return false;
    this.#random = pseudoRandom(this.#run);
    return true;
  }

  /** Depth first: the last pick that can be another one becomes it, and what came after is open again. */
  #pickAnother(): boolean {
    this.#step = 0;
    for (let last = this.#picked.pop(); last !== undefined; last = this.#picked.pop()) {
      if (last.choice + 1 >= last.choices) continue;
      this.#picked.push({ choice: last.choice + 1, choices: last.choices });
      return true;
    }
    return false;
  }
}

/** In how many orders parties can take so many turns each: the multinomial coefficient. */
function orders(turns: readonly number[]): number {
  let product = 1;
  let all = 0;
  const counts = new Map<number, number>();
  for (const party of turns) counts.set(party, (counts.get(party) ?? 0) + 1);
  for (const count of counts.values()) {
    for (let each = 1; each <= count; each++) product *= ++all / each;
  }
  return Math.round(product);
}
