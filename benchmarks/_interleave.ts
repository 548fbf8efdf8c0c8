/** Runs a contender's work once more: `count` operations, one after the other. */
export type Contender = (count: number) => Promise<void>;

/** What one contender cost, over all rounds. */
export interface Cost {
  /** The median round, in microseconds an operation. */
  readonly medianMicroseconds: number;
  /** The first contender's cost divided by this one's, round by round, and of that the median: 1 is as fast. */
  readonly ratioToFloor: number;
}

/** How long to measure. */
export interface Rounds {
  /** How often each contender has its turn. */
  readonly rounds: number;
  /** How many operations a turn has. */
  readonly operations: number;
}

/**
 * Measures contenders in turns within one run, so that whatever slows the machine slows all of them.
 *
 * @param contenders by name; the first is the floor
 * @param rounds how long to measure
 * @returns what each cost, by name
 */
export async function interleave<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds, operations }: Rounds,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(contenders) as Name[];
  const [floor] = names;
  const microseconds = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  // The first round warms everybody up and is not counted.
  for (let round = 0; round <= rounds; round++) {
    // Every other round backwards, so that nobody always comes after the same neighbour.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const startedAt = performance.now();
      await contenders[name](operations);
      const cost = (performance.now() - startedAt) * 1_000 / operations;
      if (round > 0) microseconds[name].push(cost);
    }
  }
  const costOf = (name: Name): Cost => ({
    medianMicroseconds: median(microseconds[name]),
    ratioToFloor: median(
      microseconds[name].map((cost, round) => (microseconds[floor!][round] ?? NaN) / cost),
    ),
  });
  return Object.fromEntries(names.map((name) => [name, costOf(name)])) as Record<Name, Cost>;
}

/**
 * The middle value.
 *
 * @param values in any order; at least one
 */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/**
 * The value that this share of the values does not exceed.
 *
 * @param values in any order; at least one
 * @param share from 0 to 1
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
