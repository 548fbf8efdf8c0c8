import assert from "node:assert/strict";
import test from "node:test";
import { Schedules } from "./_schedules.ts";

/** Lets parties take so many turns each, as often as the schedules go on, and answers the orders. */
function runAll(schedules: Schedules, turns: readonly number[]): readonly string[] {
  const orders: string[] = [];
  let schedule: number[];
  do {
    const left = [...turns];
    schedule = [];
    while (left.some((count) => count > 0)) {
      const waiting = left.flatMap((count, party) => count > 0 ? [party] : []);
      const party = waiting[schedules.draw(waiting.length)] ?? assert.fail("nobody was drawn");
      left[party] = (left[party] ?? 0) - 1;
      schedule.push(party);
    }
    orders.push(schedule.join(""));
  } while (schedules.next(schedule));
  return orders;
}

test("Schedules() are all there are, each once, if the limit is large enough (T4)", () => {
  for (const [turns, count] of [[[1, 1], 2], [[3, 9], 220], [[2, 2, 2], 90], [[4], 1]] as const) {
    const orders = runAll(new Schedules(1_000, { mayBeAll: true }), turns);
    assert.equal(orders.length, count);
    assert.equal(new Set(orders).size, count);
  }
});

test("Schedules() are as many as the limit, all over the place, if there are more (T4)", () => {
  for (const [turns, mayBeAll] of [[[9, 9, 9], true], [[3, 9], false]] as const) {
    const orders = runAll(new Schedules(100, { mayBeAll }), turns);
    assert.equal(orders.length, 100);
    assert.ok(new Set(orders).size > 30, "hardly any differ");
    assert.deepEqual(runAll(new Schedules(100, { mayBeAll }), turns), orders, "not the same again");
    const first = new Set(orders.map((order) => order.charAt(0)));
    assert.equal(first.size, turns.length, "somebody never began");
  }
});

test("Schedules() go on at random when they turn out to be more than hoped (T4)", () => {
  // 220 on paper, which is within hope of 50; none is blocked, so all 220 are there.
  const orders = runAll(new Schedules(50, { mayBeAll: true }), [3, 9]);
  assert.equal(orders.length, 100);
  assert.ok(orders.slice(50).some((order) => order.startsWith("1")));
});
