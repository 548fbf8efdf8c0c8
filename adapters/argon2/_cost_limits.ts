import { checkInteger } from "./_check_integer.ts";

/** What makes an argon2id hash slow to compute. */
export interface Argon2idCost {
  /** Memory in KiB. */
  readonly memoryKib: number;
  /** Passes over that memory. */
  readonly iterations: number;
  /** Lanes the memory is divided into. */
  readonly parallelism: number;
}

/**
 * The most that one hash may cost, whoever asks for it: 1 GiB, 20 passes, 16 lanes.
 *
 * A stored hash names its own cost; without a ceiling, whoever writes one row could exhaust the process.
 */
const CEILING: Argon2idCost = { memoryKib: 1_048_576, iterations: 20, parallelism: 16 };

/**
 * Refuses a configuration that is too weak to protect passwords or too dear to compute.
 *
 * @param cost what new hashes are to cost
 * @throws {TypeError} naming the option that is not a number
 * @throws {RangeError} naming the option that is not whole or not within its limits
 */
export function checkCost({ memoryKib, iterations, parallelism }: Argon2idCost): void {
  checkInteger({ name: "iterations", value: iterations, min: 1, max: CEILING.iterations });
  checkInteger({ name: "parallelism", value: parallelism, min: 1, max: CEILING.parallelism });
  checkInteger({
    name: "memoryKib",
    value: memoryKib,
    min: minMemoryKib(iterations),
    max: CEILING.memoryKib,
  });
}

/**
 * Tells whether a stored hash may be computed at all.
 *
 * @param cost what the hash says it costs
 * @returns false for more memory, passes or lanes than any configuration may ask for
 */
export function isWithinCeiling({ memoryKib, iterations, parallelism }: Argon2idCost): boolean {
  return memoryKib <= CEILING.memoryKib && iterations <= CEILING.iterations &&
    parallelism <= CEILING.parallelism;
}

/** OWASP ASVS 5.0, Appendix C, "Hash Functions for Password Storage". */
function minMemoryKib(iterations: number): number {
  if (iterations === 1) return 47_104;
  return iterations === 2 ? 19_456 : 12_288;
}
