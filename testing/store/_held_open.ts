import type { UserStore } from "../../interfaces.ts";

/** How long the other side gets while a transaction is held open, in milliseconds. */
const PATIENCE_MS = 100;

/** A transaction that waits inside its work. */
export interface HeldOpen<T> {
  /** Lets the work go on. */
  readonly release: () => void;
  /** What became of the transaction; never rejects. */
  readonly outcome: Promise<PromiseSettledResult<T>>;
}

/** Work that calls `pause` where it is to be held; when it runs again it is not held again. */
export type HeldWork<T> = (inside: UserStore, pause: () => Promise<void>) => Promise<T>;

/** Starts a transaction; resolves once its work waits, or has ended without. */
export async function holdOpen<T>(store: UserStore, work: HeldWork<T>): Promise<HeldOpen<T>> {
  const waits = signal();
  const goesOn = signal();
  const pause = (): Promise<void> => {
    waits.give();
    return goesOn.given;
  };
  const outcome = settled(store.transaction((inside) => work(inside, pause)));
  await Promise.race([waits.given, outcome]);
  return { release: goesOn.give, outcome };
}

/** Waits for a call without rejecting. */
export async function settled<T>(call: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [outcome] = await Promise.allSettled([call]);
  return outcome;
}

/** Gives calls a moment to end; some only can when what is held open is released. */
export async function giveAMoment(...outcomes: readonly Promise<unknown>[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const moment = new Promise<void>((resolve) => timer = setTimeout(resolve, PATIENCE_MS));
  await Promise.race([moment, Promise.all(outcomes)]);
  clearTimeout(timer);
}

/** Whether a call resolved to true; a rejection counts as a refusal. */
export function didIt(outcome: PromiseSettledResult<boolean>): boolean {
  return outcome.status === "fulfilled" && outcome.value;
}

interface Signal {
  readonly given: Promise<void>;
  readonly give: () => void;
}

function signal(): Signal {
  let give = (): void => {};
  const given = new Promise<void>((resolve) => give = resolve);
  return { given, give };
}
