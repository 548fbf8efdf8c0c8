import type { StatementRunner } from "./_pooled_driver.ts";

/** What is known of a connection that postgres.js has taken for a transaction. */
export class Lifeline {
  #loss: { readonly error: unknown } | null = null;

  /** Whether it is gone, or about to go. */
  get isLost(): boolean {
    return this.#loss !== null;
  }

  /** Tells that it is gone. */
  lose(error: unknown): void {
    this.#loss ??= { error };
  }

  /** Runs statements until one tells of the loss. */
  guard(runner: StatementRunner): StatementRunner {
    const guarded = async <T>(statement: () => Promise<T>): Promise<T> => {
      if (this.#loss !== null) throw this.#loss.error;
      try {
        return await statement();
      } catch (error) {
        if (tellsOfLoss(error)) this.lose(error);
        throw error;
      }
    };
    return {
      query: (sql, values) => guarded(() => runner.query(sql, values)),
      execute: (sql, values) => guarded(() => runner.execute(sql, values)),
    };
  }
}

/**
 * An error of the socket, of the client about its connection, or one after which the server ends it:
 * https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-SEVERITY-LEVELS
 */
function tellsOfLoss(error: unknown): boolean {
  const { severity, syscall, code } = Object(error) as Readonly<Record<string, unknown>>;
  return severity === "FATAL" || severity === "PANIC" || typeof syscall === "string" ||
    typeof code === "string" && /^CONNECT(ION)?_/.test(code);
}
