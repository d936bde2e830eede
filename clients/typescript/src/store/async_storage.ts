import { StagedRows } from "./staged.ts";
import type { Rows, Store } from "./store.ts";
import { Turns } from "./turns.ts";

/** What this package needs of `@react-native-async-storage/async-storage`, or of anything like it. */
export interface AsyncStorage {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<void>;
  removeItem(key: string): Promise<void>;
  getAllKeys(): Promise<readonly string[]>;
  multiGet(keys: string[]): Promise<readonly (readonly [string, string | null])[]>;
  multiSet(pairs: [string, string][]): Promise<void>;
  multiRemove(keys: string[]): Promise<void>;
}

/**
 * Keeps a diary in AsyncStorage. One app may open it once: there are no transactions across processes.
 *
 * AsyncStorage promises to keep a single value whole, and no more. So the changes of a piece of work are first kept as
 * one value, the journal, and then made one by one; a journal that is found at the start is made again.
 */
export class AsyncStorageStore implements Store {
  readonly #storage: AsyncStorage;
  readonly #name: string;
  readonly #turns = new Turns();
  #isRepaired = false;

  constructor(storage: AsyncStorage, name = "symptom-diary") {
    this.#storage = storage;
    this.#name = `${name}/`;
  }

  transact<T>(work: (rows: Rows) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      await this.#repair();
      const rows = new StagedRows({
        get: (key) => this.#storage.getItem(this.#key(key)),
        list: (prefix) => this.#list(prefix),
      });
      const result = await work(rows);
      if (rows.changes.size > 0) await this.#keep(rows.changes);
      return result;
    });
  }

  async #repair(): Promise<void> {
    if (this.#isRepaired) return;
    const journal = await this.#storage.getItem(this.#journal);
    if (journal !== null) await this.#make(JSON.parse(journal));
    this.#isRepaired = true;
  }

  async #keep(changes: ReadonlyMap<string, string | null>): Promise<void> {
    const journal = [...changes];
    this.#isRepaired = false; // until all of it is made; should that fail, the next piece of work does it
    await this.#storage.setItem(this.#journal, JSON.stringify(journal));
    await this.#make(journal);
    this.#isRepaired = true;
  }

  async #make(journal: [string, string | null][]): Promise<void> {
    const kept = journal.filter((pair): pair is [string, string] => pair[1] !== null);
    const removed = journal.filter(([, text]) => text === null);
    if (kept.length > 0) await this.#storage.multiSet(kept.map(([key, text]) => [this.#key(key), text]));
    if (removed.length > 0) await this.#storage.multiRemove(removed.map(([key]) => this.#key(key)));
    await this.#storage.removeItem(this.#journal);
  }

  async #list(prefix: string): Promise<[string, string][]> {
    const keys = (await this.#storage.getAllKeys()).filter((key) => key.startsWith(this.#key(prefix)));
    if (keys.length === 0) return [];
    const found = await this.#storage.multiGet(keys);
    return found.flatMap(([key, text]) => (text === null ? [] : [[key.slice(this.#name.length), text]]));
  }

  get #journal(): string {
    return `${this.#name}journal`;
  }

  #key(key: string): string {
    return `${this.#name}${key}`;
  }
}
