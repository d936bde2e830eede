// What the app must not miss: each is kept on the device until the app's handler has finished with it.
import { unlessUnderWay } from "./alone.ts";
import type { Locks } from "./alone.ts";
import { allConflicts, allRefused, key, readRow } from "./queue/kept.ts";
import type { OpenConflict, RefusedChange } from "./queue/kept.ts";
import type { Content, Kind, ProblemDocument } from "./shapes.ts";
import { allSigns, markHeard } from "./signs/events.ts";
import type { DangerSign } from "./signs/events.ts";
import type { Rows, Store } from "./store/store.ts";

/** Both sides of a conflict; null for a side that deletes. */
export interface Conflict {
  type: Kind;
  id: string;
  mine: Content | null;
  theirs: Content | null;
  /** Of theirs; what is resolved replaces this one and no later one. Null where the service has never had any. */
  version: number | null;
}

export interface Refused {
  type: Kind;
  id: string;
  /** What was to be stored; null for a deletion. It stays on this device, and is shown there. */
  data: Content | null;
  problem: ProblemDocument;
}

export interface Unsynced {
  /** The instant since which something has been on this device only. */
  since: string;
  days: number;
  waiting: number;
  /** Whether a danger sign is among it, about which nobody else has been warned. */
  dangerSign: boolean;
}

export interface Handlers {
  /** Show it. A promise is waited for; what isn't finished, or fails, comes again after the next start. */
  onDangerSign(sign: DangerSign): unknown;
  /** Show both versions and let the person choose: `resolve`. */
  onConflict?(conflict: Conflict): unknown;
  /** The service didn't take a change. Correct it by recording it anew under its id, or let it go: `letGo`. */
  onRefused?(refused: Refused): unknown;
  /** What was recorded has been on this device only for so long: nobody has been warned. */
  onUnsynced?(unsynced: Unsynced): unknown;
  /** The session has ended: sign in again. Everything that waits is kept. */
  onSignedOut?(): unknown;
  /** Something in the diary on this device has changed. */
  onChange?(): unknown;
  /** A handler failed. Default: reported as an uncaught error. */
  onError?(error: unknown): unknown;
}

interface Item {
  name: string;
  tell(): unknown;
  isHeard(rows: Rows): Promise<void>;
}

export class Hearing {
  readonly #store: Store;
  readonly #handlers: Handlers;
  readonly #locks: Locks;
  readonly #place: string;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(store: Store, handlers: Handlers, locks: Locks, place: string) {
    this.#store = store;
    this.#handlers = handlers;
    this.#locks = locks;
    this.#place = place;
  }

  /**
   * Give the app what it hasn't finished with (of `keys`, without them all), the most severe first, and wait until it
   * has. What fails, or is being shown by another tab, is left for the next time.
   */
  async tell(keys?: readonly string[]): Promise<void> {
    const items = await this.#store.transact((rows) => this.#unheard(rows));
    await Promise.all(items.filter(({ name }) => !keys || keys.includes(name)).map((item) => this.#once(item)));
  }

  /** Report what a handler did wrong. */
  failed(error: unknown): void {
    if (this.#handlers.onError) this.#handlers.onError(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  }

  #once(item: Item): Promise<void> {
    const known = this.#underWay.get(item.name);
    if (known) return known;
    const name = `${this.#place} ${item.name}`;
    const told = unlessUnderWay(this.#locks, name, () => this.#told(item)).finally(() => {
      this.#underWay.delete(item.name);
    });
    this.#underWay.set(item.name, told);
    return told;
  }

  async #told(item: Item): Promise<void> {
    const kept = (await this.#store.transact((rows) => rows.get(item.name))) as { heard: boolean } | undefined;
    if (!kept || kept.heard) return; // by another tab, since
    try {
      await item.tell();
    } catch (error) {
      return this.failed(error);
    }
    await this.#store.transact((rows) => item.isHeard(rows));
  }

  async #unheard(rows: Rows): Promise<Item[]> {
    const { onDangerSign, onConflict, onRefused } = this.#handlers;
    const signs = (await allSigns(rows)).filter((kept) => !kept.heard);
    signs.sort((one, other) => rank(one.event) - rank(other.event));
    const items: Item[] = signs.map(({ key: name, event }) => ({
      name,
      tell: () => onDangerSign(event),
      isHeard: (later) => markHeard(later, name),
    }));
    for (const one of onConflict ? await allConflicts(rows) : []) {
      if (one.heard) continue;
      const conflict = await bothSides(rows, one);
      items.push(this.#kept(key.conflict(one.type, one.id), () => onConflict!(conflict)));
    }
    for (const { type, id, data, problem, heard } of onRefused ? await allRefused(rows) : []) {
      if (!heard) items.push(this.#kept(key.refused(type, id), () => onRefused!({ type, id, data, problem })));
    }
    return items;
  }

  #kept(name: string, tell: () => unknown): Item {
    return {
      name,
      tell,
      isHeard: async (rows) => {
        const kept = (await rows.get(name)) as OpenConflict | RefusedChange | undefined;
        if (kept) await rows.set(name, { ...kept, heard: true });
      },
    };
  }
}

const rank = (sign: DangerSign): number => (sign.tier === "emergency" ? 0 : 1);

export async function bothSides(rows: Rows, { type, id, data }: OpenConflict): Promise<Conflict> {
  const row = await readRow(rows, type, id);
  return { type, id, mine: data, theirs: row?.data ?? null, version: row?.version ?? null };
}
