import { runInScope, TransactionGate, type TransactionScope } from "@userharbor/core/transactions";
import { copyTables, emptyTables, type Tables } from "./tables.ts";

/**
 * The one way to the tables: each call on what is committed, or all on the copy of one open transaction.
 *
 * A call is one synchronous step, so no other call can come between its check and its write.
 */
export class TableAccess {
  #tables: Tables = emptyTables();
  readonly #gate: TransactionGate = new TransactionGate();
  /** What the transaction allows that this is the access of; undefined outside one. */
  #scope: TransactionScope | undefined;

  /**
   * Runs one call: within the transaction while it is open, or through the gate, which waits for it.
   *
   * @param call what to do with the tables
   * @returns what the call returned
   */
  run<T>(call: (tables: Tables) => T): Promise<T> {
    return (this.#scope ?? this.#gate).run(() => call(this.#tables));
  }

  /**
   * Replaces the tables by a copy once `work` on it resolves; within a transaction it joins that one.
   *
   * @param work what to do, on the access that it is handed
   * @returns what `work` resolved to
   * @throws what `work`, or any call inside it, rejected with; then the copy is dropped
   */
  transaction<T>(work: (copy: TableAccess) => Promise<T>): Promise<T> {
    if (this.#scope !== undefined) return this.#scope.run(() => work(this));
    return this.#gate.exclusive(async () => {
      const copy = new TableAccess();
      copy.#tables = copyTables(this.#tables);
      const result = await runInScope(work, (scope) => {
        copy.#scope = scope;
        return copy;
      });
      this.#tables = copy.#tables;
      return result;
    });
  }
}
