import { runInScope, TransactionGate, type TransactionScope } from "@userharbor/core/transactions";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * One JSON file and the transactions on it.
 *
 * Every write changes a copy, which replaces the file, and only then what is in memory: a call that throws, a
 * full disk or a killed process leaves the data as it was. What is handed out is copied, too.
 */
export class JsonFile<Data> {
  #data: Data;
  readonly #save: (data: Data) => void;
  readonly #gate: TransactionGate = new TransactionGate();
  /** What this handle's transaction allows; undefined on a file that is no handle. */
  readonly #scope: TransactionScope | undefined;

  private constructor(data: Data, save: (data: Data) => void, scope?: TransactionScope) {
    this.#data = data;
    this.#save = save;
    this.#scope = scope;
  }

  /** Reads the file, or begins with `empty` where there is none. No second process may use the file. */
  static open<Data>(path: string, empty: Data): JsonFile<Data> {
    const data = existsSync(path) ? parse<Data>(readFileSync(path, "utf8")) : empty;
    return new JsonFile(data, (changed) => replaceFile(path, JSON.stringify(changed)));
  }

  /** Answers a copy of what `call` finds. */
  read<T>(call: (data: Data) => T): Promise<T> {
    return this.#inTurn(() => structuredClone(call(this.#data)));
  }

  /** Changes the data, unless `call` throws or returns false. */
  write<T>(call: (data: Data) => T): Promise<T> {
    return this.#inTurn(() => {
      const draft = structuredClone(this.#data);
      const result = call(draft);
      if (result !== false) this.#commit(draft);
      return result;
    });
  }

  /** Commits when `work` resolves; when it rejects, nothing remains. On a handle it joins that transaction. */
  transaction<T>(work: (handle: JsonFile<Data>) => Promise<T>): Promise<T> {
    if (this.#scope !== undefined) return this.#scope.run(() => work(this));
    return this.#gate.exclusive(async () => {
      let draft = this.#data;
      const keep = (changed: Data) => {
        draft = changed;
      };
      const result = await runInScope(work, (scope) => new JsonFile(draft, keep, scope));
      if (draft !== this.#data) this.#commit(draft);
      return result;
    });
  }

  /** At once, when the open transaction has ended, or, on a handle, for as long as its transaction is open. */
  #inTurn<T>(call: () => T): Promise<T> {
    return (this.#scope ?? this.#gate).run(call);
  }

  #commit(draft: Data): void {
    this.#save(draft);
    this.#data = draft;
  }
}

/** What ends in "At" is an instant: JSON has no type of its own for it. */
function parse<Data>(text: string): Data {
  return JSON.parse(text, (key, value) => key.endsWith("At") ? new Date(value) : value);
}

/** A reader sees the earlier text or the later one, also after a power cut. */
function replaceFile(path: string, text: string): void {
  const draft = `${path}.new`;
  // The file holds password hashes: nobody else may read it.
  writeFileSync(draft, text, { mode: 0o600 });
  flush(draft, "r+");
  renameSync(draft, path);
  flush(dirname(path), "r");
}

function flush(path: string, flags: string): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
