import { pseudoRandom } from "../_pseudo_random.ts";

/** Two things that should take equally long. */
export interface Contenders {
  readonly left: () => Promise<unknown>;
  readonly right: () => Promise<unknown>;
  /** Runs after either, outside what is measured. */
  readonly between: () => Promise<unknown>;
}

/** What the pairs say. */
export interface PairedDifference {
  /** By how many milliseconds the right one takes longer: the median over all pairs. */
  readonly medianMs: number;
  /** Where that median is, as sure as 99 of 100: percentile bootstrap. */
  readonly intervalMs: readonly [low: number, high: number];
  /** How likely one of both is so often the slower one by chance: two-sided sign test. */
  readonly signTest: number;
}

/** The first runs compile code and fill caches; they are not counted. */
const WARM_UP_PAIRS = 5;

const RESAMPLES = 1_000;

/** So sure has a difference to be: one in a hundred scenarios would be called different by chance. */
const CERTAINTY = 0.99;

/**
 * Measures pairs, each in an order drawn by lot.
 *
 * Whatever slows the machine for longer than one pair slows both alike: only differences within a pair are looked at.
 *
 * @returns right minus left of each pair, in milliseconds
 */
export async function measurePairs({ left, right, between }: Contenders, pairs: number): Promise<number[]> {
  const differences: number[] = [];
  const measure = async (contender: () => Promise<unknown>) => {
    const startedAt = performance.now();
    await contender();
    const took = performance.now() - startedAt;
    await between();
    return took;
  };
  for (let pair = -WARM_UP_PAIRS; pair < pairs; pair++) {
    const [first, second] = Math.random() < 0.5 ? [left, right] : [right, left];
    const took = [await measure(first), await measure(second)] as const;
    const difference = took[1] - took[0];
    if (pair >= 0) differences.push(first === left ? difference : -difference);
  }
  return differences;
}

/** Sums up pairs; the same numbers for the same differences. */
export function pairedDifference(differences: readonly number[]): PairedDifference {
  const random = pseudoRandom(differences.length);
  const medians = Array.from({ length: RESAMPLES }, () => {
    const resample = differences.map(() => differences[Math.floor(random() * differences.length)] ?? NaN);
    return quantile(resample, 0.5);
  });
  const tail = (1 - CERTAINTY) / 2;
  return {
    medianMs: quantile(differences, 0.5),
    intervalMs: [quantile(medians, tail), quantile(medians, 1 - tail)],
    signTest: signTest(differences),
  };
}

/** Whether the difference is real and larger than the band around 0. */
export function isOutside({ intervalMs: [low, high], signTest }: PairedDifference, bandMs: number): boolean {
  return signTest < 1 - CERTAINTY && (low > bandMs || high < -bandMs);
}

/** Of independent pairs without a difference either is the slower one as often as a coin shows heads. */
function signTest(differences: readonly number[]): number {
  const longer = differences.filter((difference) => difference > 0).length;
  const shorter = differences.filter((difference) => difference < 0).length;
  const pairs = longer + shorter;
  // One half less: the binomial is discrete, the normal curve in its place is not.
  const deviation = Math.max(0, Math.abs(longer - shorter) - 1) / Math.sqrt(pairs);
  return pairs === 0 ? 1 : 2 * upperTail(deviation);
}

/** How much of the normal curve is above a deviation: Abramowitz and Stegun, 26.2.17, good to 10⁻⁷. */
function upperTail(deviation: number): number {
  const t = 1 / (1 + 0.2316419 * deviation);
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = series.reduceRight((rest, factor) => (rest + factor) * t, 0);
  return Math.exp(-deviation * deviation / 2) / Math.sqrt(2 * Math.PI) * sum;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
