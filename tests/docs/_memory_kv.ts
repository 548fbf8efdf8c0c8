import type { KvChange, KvStore } from "../../docs/examples/kv_throttle.ts";

interface Row {
  readonly value: unknown;
  readonly versionstamp: string;
}

/** A key-value store as `Deno.Kv` is one: each call takes a while, each change has a number, values are copied. */
export class MemoryKv implements KvStore {
  readonly #rows: Map<string, Row> = new Map();
  #changes = 0;

  async get(
    key: readonly string[],
  ): Promise<{ readonly value: unknown; readonly versionstamp: string | null }> {
    await Promise.resolve();
    const row = this.#rows.get(JSON.stringify(key));
    return structuredClone(row) ?? { value: null, versionstamp: null };
  }

  atomic(): KvChange {
    const checks: (() => boolean)[] = [];
    const writes: (() => void)[] = [];
    const change: KvChange = {
      check: ({ key, versionstamp }) => {
        checks.push(() => (this.#rows.get(JSON.stringify(key))?.versionstamp ?? null) === versionstamp);
        return change;
      },
      set: (key, value) => {
        const copy: unknown = structuredClone(value);
        writes.push(() =>
          this.#rows.set(JSON.stringify(key), { value: copy, versionstamp: String(++this.#changes) })
        );
        return change;
      },
      delete: (key) => {
        writes.push(() => this.#rows.delete(JSON.stringify(key)));
        return change;
      },
      commit: async () => {
        await Promise.resolve();
        const ok = checks.every((check) => check());
        if (ok) { for (const write of writes) write(); }
        return { ok };
      },
    };
    return change;
  }
}
