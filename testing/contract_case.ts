/** One promise of a port, ready for any test runner: `test(name, run)`. */
export interface ContractCase {
  /** What is promised, as `symbol() promise`. */
  readonly name: string;
  /**
   * Rejects with an assertion error when the promise is broken. Resolves to a sentence when the promise does
   * not apply to what was opened, which says why.
   */
  run(): Promise<string | void>;
}
