import { StagedRows } from "./staged.ts";
import type { Rows, Store } from "./store.ts";
import { Turns } from "./turns.ts";

/** Keeps everything until the app ends: for tests, and for scripts that begin anew each time. */
export class MemoryStore implements Store {
  /** What is kept, as JSON texts. */
  readonly kept: Map<string, string>;
  readonly #turns = new Turns();

  constructor(kept: Map<string, string> = new Map()) {
    this.kept = kept;
  }

  transact<T>(work: (rows: Rows) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      const rows = new StagedRows({
        get: async (key) => this.kept.get(key),
        list: async (prefix) => [...this.kept].filter(([key]) => key.startsWith(prefix)),
      });
      const result = await work(rows);
      for (const [key, text] of rows.changes) {
        if (text === null) this.kept.delete(key);
        else this.kept.set(key, text);
      }
      return result;
    });
  }
}
