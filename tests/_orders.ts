import type { Effect } from "./_interleaving.ts";

/**
 * Every order in which what several parties did can have taken effect: each did its own in its order, and what took
 * effect together did so.
 *
 * @param effects in the order in which they seem to have taken effect, which comes first
 */
export function* ordersOf(effects: readonly Effect[]): Generator<readonly Effect[]> {
  yield effects;
  const parties = new Map<number, Map<number, Effect[]>>();
  for (const effect of effects) {
    const units = parties.get(effect.party) ?? new Map<number, Effect[]>();
    parties.set(effect.party, units);
    units.set(effect.unit, [...units.get(effect.unit) ?? [], effect]);
  }
  yield* merges([...parties.values()].map((units) => [...units.values()]));
}

type Units = readonly (readonly Effect[])[];

function* merges(parties: readonly Units[]): Generator<readonly Effect[]> {
  if (parties.every((units) => units.length === 0)) yield [];
  for (const [index, [first, ...rest]] of parties.entries()) {
    if (first === undefined) continue;
    for (const others of merges(parties.with(index, rest))) yield [...first, ...others];
  }
}
