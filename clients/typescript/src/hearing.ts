// What the app must not miss: each is kept on the device until the app's handler has finished with it.
import { unlessUnderWay } from "./alone.ts";
import type { Locks } from "./alone.ts";
import { allConflicts, allRefused, key, readRow } from "./queue/kept.ts";
import type { OpenConflict, RefusedChange } from "./queue/kept.ts";
import type { Content, Kind, ProblemDocument } from "./shapes.ts";
import { allSigns } from "./signs/events.ts";
import type { DangerSign, KeptSign } from "./signs/events.ts";
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

/** As it is in the store: a sign, a conflict or a refused change. */
interface Kept {
  heard: boolean;
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
    const names = await this.#store.transact((rows) => this.#unheard(rows));
    await Promise.all(names.filter((name) => !keys || keys.includes(name)).map((name) => this.#once(name)));
  }

  /** Do `work` unless another tab is at it. Never rejects. */
  apart(name: string, work: () => Promise<void>): Promise<void> {
    return unlessUnderWay(this.#locks, `${this.#place} ${name}`, work).catch((error: unknown) => this.failed(error));
  }

  /** Report what a handler did wrong. */
  failed(error: unknown): void {
    if (this.#handlers.onError) this.#handlers.onError(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  }

  /** Call a handler of which nothing is kept. */
  call(handler: (() => unknown) | undefined): void {
    try {
      handler?.();
    } catch (error) {
      this.failed(error);
    }
  }

  #once(name: string): Promise<void> {
    const known = this.#underWay.get(name);
    if (known) return known;
    const told = unlessUnderWay(this.#locks, `${this.#place} ${name}`, () => this.#told(name)).finally(() => {
      this.#underWay.delete(name);
    });
    this.#underWay.set(name, told);
    return told;
  }

  /** Until it has been told as it is: something may have been added while the person was reading. */
  async #told(name: string): Promise<void> {
    for (;;) {
      const { kept, tell } = await this.#store.transact(async (rows) => {
        const found = (await rows.get(name)) as Kept | undefined;
        return { kept: found, tell: found && !found.heard ? await this.#handling(rows, name, found) : null };
      });
      if (!tell) return; // told by another tab, since
      try {
        await tell();
      } catch (error) {
        return this.failed(error);
      }
      if (await this.#store.transact((rows) => markHeard(rows, name, kept!))) return;
    }
  }

  async #handling(rows: Rows, name: string, kept: Kept): Promise<() => unknown> {
    const { onDangerSign, onConflict, onRefused } = this.#handlers;
    if (name.startsWith("sign/")) return () => onDangerSign((kept as KeptSign).event);
    if (name.startsWith("conflict/")) {
      const conflict = await bothSides(rows, kept as OpenConflict);
      return () => onConflict?.(conflict);
    }
    const { type, id, data, problem } = kept as RefusedChange;
    return () => onRefused?.({ type, id, data, problem });
  }

  async #unheard(rows: Rows): Promise<string[]> {
    const { onConflict, onRefused } = this.#handlers;
    const signs = (await allSigns(rows)).sort((one, other) => rank(one.event) - rank(other.event));
    const conflicts = onConflict ? await allConflicts(rows) : [];
    const refused = onRefused ? await allRefused(rows) : [];
    return [
      ...signs.filter(({ heard }) => !heard).map((sign) => sign.key),
      ...conflicts.filter(({ heard }) => !heard).map(({ type, id }) => key.conflict(type, id)),
      ...refused.filter(({ heard }) => !heard).map(({ type, id }) => key.refused(type, id)),
    ];
  }
}

/** Whether it still was what was told. */
async function markHeard(rows: Rows, name: string, told: Kept): Promise<boolean> {
  if (JSON.stringify(await rows.get(name)) !== JSON.stringify(told)) return false;
  await rows.set(name, { ...told, heard: true });
  return true;
}

const rank = (sign: DangerSign): number => (sign.tier === "emergency" ? 0 : 1);

export async function bothSides(rows: Rows, { type, id, data }: OpenConflict): Promise<Conflict> {
  const row = await readRow(rows, type, id);
  return { type, id, mine: data, theirs: row?.data ?? null, version: row?.version ?? null };
}
