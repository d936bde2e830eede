import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { AsyncStorageStore, MemoryStore, SqliteStore } from "../src/index.ts";
import type { AsyncStorage, Store } from "../src/index.ts";

/** AsyncStorage in memory, which loses its power before the nth write. */
export class Storage implements AsyncStorage {
  readonly kept = new Map<string, string>();
  writesLeft = Infinity;

  #spend(): void {
    if (this.writesLeft <= 0) throw new Error("no power");
    this.writesLeft -= 1;
  }
  getItem = async (key: string): Promise<string | null> => this.kept.get(key) ?? null;
  setItem = async (key: string, value: string): Promise<void> => {
    this.#spend();
    this.kept.set(key, value);
  };
  removeItem = async (key: string): Promise<void> => {
    this.#spend();
    this.kept.delete(key);
  };
  getAllKeys = async (): Promise<string[]> => [...this.kept.keys()];
  multiGet = async (keys: string[]): Promise<[string, string | null][]> =>
    keys.map((key) => [key, this.kept.get(key) ?? null]);
  multiSet = async (pairs: [string, string][]): Promise<void> => {
    for (const [key, value] of pairs) await this.setItem(key, value); // one by one: that is all it promises
  };
  multiRemove = async (keys: string[]): Promise<void> => {
    for (const key of keys) await this.removeItem(key);
  };
}

export function sqlite(database: DatabaseSync): Store {
  return new SqliteStore({
    run: (sql, parameters) => database.prepare(sql).run(...parameters),
    all: (sql, parameters) => database.prepare(sql).all(...parameters),
  });
}

const stores: [string, () => Store][] = [
  ["memory", () => new MemoryStore()],
  ["AsyncStorage", () => new AsyncStorageStore(new Storage())],
  ["SQLite", () => sqlite(new DatabaseSync(":memory:"))],
];

for (const [name, made] of stores) {
  describe(name, () => {
    test("keeps, lists in order, replaces and removes", async () => {
      const store = made();
      await store.transact(async (rows) => {
        await rows.set("b/2", { two: 2 });
        await rows.set("b/1", "eins, zwei: äöü \u{1f600}");
        await rows.set("a", null);
        assert.deepEqual(await rows.list("b/"), ["eins, zwei: äöü \u{1f600}", { two: 2 }]);
      });
      await store.transact(async (rows) => {
        assert.equal(await rows.get("a"), null);
        await rows.set("b/1", undefined);
        assert.deepEqual(await rows.list("b/"), [{ two: 2 }]);
        assert.equal(await rows.get("b/1"), undefined);
      });
      await store.transact((rows) => rows.clear());
      assert.deepEqual(await store.transact((rows) => rows.list("")), []);
    });

    test("keeps nothing of work that fails", async () => {
      const store = made();
      const failing = store.transact(async (rows) => {
        await rows.set("a", 1);
        throw new Error("on purpose");
      });
      await assert.rejects(failing, /on purpose/);
      assert.equal(await store.transact((rows) => rows.get("a")), undefined);
    });

    test("lets nobody in between reading and writing", async () => {
      const store = made();
      const count = (): Promise<void> =>
        store.transact(async (rows) => rows.set("n", (((await rows.get("n")) as number | undefined) ?? 0) + 1));
      await Promise.all(Array.from({ length: 20 }, count));
      assert.equal(await store.transact((rows) => rows.get("n")), 20);
    });
  });
}

test("AsyncStorage loses its power at any step: all of the work is there at the next start, or nothing", async () => {
  for (let power = 0; power < 12; power += 1) {
    const storage = new Storage();
    await new AsyncStorageStore(storage).transact((rows) => rows.set("old", 1));
    storage.writesLeft = power;
    const work = new AsyncStorageStore(storage).transact(async (rows) => {
      for (const key of ["a", "b", "c"]) await rows.set(key, 1);
      await rows.set("old", undefined);
    });
    const isDone = await work.then(() => true, () => false);
    storage.writesLeft = Infinity;
    const found = await new AsyncStorageStore(storage).transact(async (rows) => {
      const keys = ["a", "b", "c", "old"];
      return (await Promise.all(keys.map((key) => rows.get(key)))).filter(Boolean).length;
    });
    assert.equal(found, storage.kept.size);
    assert.equal(found, power === 0 ? 1 : 3, `with power for ${power} writes`);
    assert.equal(isDone, power >= 6);
  }
});
