import { openDB } from "idb";
import type { IDBPDatabase } from "idb";
import type { Rows, Store } from "./store.ts";

const ROWS = "rows";

/**
 * Keeps a diary in the browser's IndexedDB, which all tabs of the page share.
 *
 * Browsers may throw away what pages keep when space is short: call `navigator.storage.persist()` once the person keeps
 * a diary, and tell them to add the app to their home screen.
 */
export class IndexedDbStore implements Store {
  readonly #name: string;
  #opened: Promise<IDBPDatabase> | undefined;

  constructor(name = "symptom-diary") {
    this.#name = name;
  }

  async transact<T>(work: (rows: Rows) => Promise<T>): Promise<T> {
    const transaction = (await this.#database()).transaction(ROWS, "readwrite", { durability: "strict" });
    const rows = transaction.objectStore(ROWS);
    const done = transaction.done;
    done.catch(() => undefined); // it is awaited below, or the work has failed and that is what is told
    try {
      const result = await work({
        get: (key) => rows.get(key),
        set: async (key, value) => {
          if (value === undefined) await rows.delete(key);
          else await rows.put(value, key);
        },
        clear: () => rows.clear(),
        list: (prefix) => rows.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`)),
      });
      await done;
      return result;
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // it has ended already
      }
      throw error;
    }
  }

  /** Lets go of the database, so that it can be deleted. */
  async close(): Promise<void> {
    (await this.#opened)?.close();
    this.#opened = undefined;
  }

  #database(): Promise<IDBPDatabase> {
    this.#opened ??= openDB(this.#name, 1, {
      upgrade: (database) => void database.createObjectStore(ROWS),
      blocking: () => void this.close(),
      terminated: () => (this.#opened = undefined),
    });
    return this.#opened;
  }
}
