import { StagedRows } from "./staged.ts";
import type { Rows, Store } from "./store.ts";
import { Turns } from "./turns.ts";

/** What this package needs of a SQLite library: `expo-sqlite`, `op-sqlite`, `better-sqlite3`, `node:sqlite`, … */
export interface Sqlite {
  /** One statement with its parameters. */
  run(sql: string, parameters: (string | null)[]): Promise<unknown> | unknown;
  /** The rows of a query. */
  all(sql: string, parameters: (string | null)[]): Promise<unknown[]> | unknown[];
}

const TABLE = "CREATE TABLE IF NOT EXISTS symptom_diary (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID";

/** Keeps a diary in a table of a SQLite database. The connection is this store's own while it works. */
export class SqliteStore implements Store {
  readonly #database: Sqlite;
  readonly #turns = new Turns();
  #isReady = false;

  constructor(database: Sqlite) {
    this.#database = database;
  }

  transact<T>(work: (rows: Rows) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      if (!this.#isReady) await this.#database.run(TABLE, []);
      this.#isReady = true;
      await this.#database.run("BEGIN IMMEDIATE", []);
      try {
        const rows = new StagedRows({
          get: async (key) => (await this.#select("key = ?", [key])).get(key),
          list: (prefix) => this.#select("key >= ? AND key < ?", [prefix, `${prefix}\uffff`]),
        });
        const result = await work(rows);
        for (const [key, text] of rows.changes) await this.#keep(key, text);
        await this.#database.run("COMMIT", []);
        return result;
      } catch (error) {
        await this.#database.run("ROLLBACK", []);
        throw error;
      }
    });
  }

  async #select(condition: string, parameters: string[]): Promise<Map<string, string>> {
    const found = await this.#database.all(`SELECT key, value FROM symptom_diary WHERE ${condition}`, parameters);
    return new Map((found as { key: string; value: string }[]).map(({ key, value }) => [key, value]));
  }

  async #keep(key: string, text: string | null): Promise<void> {
    if (text === null) await this.#database.run("DELETE FROM symptom_diary WHERE key = ?", [key]);
    else await this.#database.run("INSERT OR REPLACE INTO symptom_diary (key, value) VALUES (?, ?)", [key, text]);
  }
}
