// A diary as this device shows it, and what is on this device only.
import { bothSides } from "./hearing.ts";
import type { Conflict, Refused } from "./hearing.ts";
import type { Status } from "./options.ts";
import { allConflicts, allRefused, allWaiting, readMeta } from "./queue/kept.ts";
import { allShown, inOrder, shown } from "./queue/shown.ts";
import type { Shown } from "./queue/shown.ts";
import type { Contents, Kind } from "./shapes.ts";
import type { Store } from "./store/store.ts";

/** The part of a diary that only reads. */
export class Reading {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** As this device shows it: what was written here last, else what the service has. */
  async get<K extends Kind>(type: K, id: string): Promise<Shown<Contents[K]> | null> {
    const found = await this.#store.transact((rows) => shown(rows, type, id.toLowerCase()));
    return found as Shown<Contents[K]> | null;
  }

  /** All of one kind, both dates included, by date and then id. Treatments are listed whatever the dates. */
  async list<K extends Kind>(type: K, { from = "", to = "~" } = {}): Promise<Shown<Contents[K]>[]> {
    const all = await this.#store.transact((rows) => allShown(rows, type));
    return inOrder(all, type === "treatment" ? null : { from, to }) as Shown<Contents[K]>[];
  }

  conflicts(): Promise<Conflict[]> {
    return this.#store.transact(async (rows) => {
      const open = await allConflicts(rows);
      return Promise.all(open.map((one) => bothSides(rows, one)));
    });
  }

  refused(): Promise<Refused[]> {
    return this.#store.transact(allRefused);
  }

  status(): Promise<Status> {
    return this.#store.transact(async (rows) => ({
      waiting: (await allWaiting(rows)).length,
      refused: (await allRefused(rows)).length,
      conflicts: (await allConflicts(rows)).length,
      syncedAt: (await readMeta(rows)).syncedAt,
    }));
  }
}
