import type { Rows } from "./store.ts";

/** Reads one value, or all whose keys begin so, of what is kept already: as JSON texts. */
export interface Kept {
  get(key: string): Promise<string | null | undefined>;
  list(prefix: string): Promise<Iterable<[string, string]>>;
}

/** Rows over what is kept: changes stay in `changes` (null for a removal) until somebody keeps them. */
export class StagedRows implements Rows {
  readonly changes = new Map<string, string | null>();
  readonly #kept: Kept;

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  async get(key: string): Promise<unknown> {
    const text = this.changes.has(key) ? this.changes.get(key) : await this.#kept.get(key);
    return typeof text === "string" ? JSON.parse(text) : undefined;
  }

  async set(key: string, value: unknown): Promise<void> {
    this.changes.set(key, value === undefined ? null : JSON.stringify(value));
  }

  async list(prefix: string): Promise<unknown[]> {
    const found = new Map(await this.#kept.list(prefix));
    for (const [key, text] of this.changes) {
      if (!key.startsWith(prefix)) continue;
      if (text === null) found.delete(key);
      else found.set(key, text);
    }
    return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => JSON.parse(text));
  }

  async clear(): Promise<void> {
    for (const key of new Map(await this.#kept.list("")).keys()) this.changes.set(key, null);
    for (const key of this.changes.keys()) this.changes.set(key, null);
  }
}
