// What a diary keeps on the device, and under which keys.
import type { Content, Kind, ProblemDocument } from "../shapes.ts";
import type { Rows } from "../store/store.ts";

/** A resource as the service was last known to have it; `data` is null for one that was deleted. */
export interface Row {
  type: Kind;
  id: string;
  version: number;
  data: Content | null;
}

/** What somebody wants of one resource. */
export interface Wish {
  op: "put" | "delete";
  data: Content | null;
  /** The version that the person saw, where it is known: no later one is replaced. */
  seen?: number | undefined;
}

/**
 * A change of one resource that the service has not confirmed.
 *
 * However often somebody edits it, there are two wishes at most: `sent`, of which no answer is in hand, so that it has
 * to be sent again exactly as it was; and `wish`, the newest, which rests on `base`, or on `sent` while there is one.
 */
export interface Waiting {
  type: Kind;
  id: string;
  /** Its place in the queue. */
  order: number;
  /** The instant of the oldest edit that the service may not have. */
  since: string;
  /** The version that is replaced; null for what is new. */
  base: number | null;
  wish: Wish | null;
  sent: (Wish & { if_version: number | null }) | null;
  /** It carries a danger sign, so it goes first. */
  pressing: boolean;
}

/** A change that the service will not take as it is, kept until the app corrects it or lets it go. */
export interface RefusedChange extends Wish {
  type: Kind;
  id: string;
  base: number | null;
  since: string;
  problem: ProblemDocument;
  heard: boolean;
}

/** What this device says of a resource, where the service has something else. Kept until the app resolves it. */
export interface OpenConflict extends Wish {
  type: Kind;
  id: string;
  since: string;
  heard: boolean;
}

export interface Meta {
  /** Where the next answer goes on; null for the whole diary. */
  cursor: string | null;
  /** The next place in the queue. */
  order: number;
  /** Whose account this device was filled from. */
  user: string | null;
  region: string | null;
  /** This installation, for the service: where messages are pushed to. */
  device: string | null;
  /** The last time that everything was up and down. */
  syncedAt: string | null;
  /** How much of the waiting the app has been told about: what waited since when, and for how many periods. */
  unsynced: { since: string; periods: number } | null;
}

const FRESH: Meta = {
  cursor: null,
  order: 0,
  user: null,
  region: null,
  device: null,
  syncedAt: null,
  unsynced: null,
};

export const key = {
  row: (type: Kind, id: string): string => `row/${type}/${id}`,
  waiting: (type: Kind, id: string): string => `waiting/${type}/${id}`,
  refused: (type: Kind, id: string): string => `refused/${type}/${id}`,
  conflict: (type: Kind, id: string): string => `conflict/${type}/${id}`,
};

export async function readMeta(rows: Rows): Promise<Meta> {
  return { ...FRESH, ...((await rows.get("meta")) as Meta | undefined) };
}

export async function changeMeta(rows: Rows, change: Partial<Meta>): Promise<Meta> {
  const meta = { ...(await readMeta(rows)), ...change };
  await rows.set("meta", meta);
  return meta;
}

export const readRow = (rows: Rows, type: Kind, id: string): Promise<Row | undefined> =>
  rows.get(key.row(type, id)) as Promise<Row | undefined>;

export const readWaiting = (rows: Rows, type: Kind, id: string): Promise<Waiting | undefined> =>
  rows.get(key.waiting(type, id)) as Promise<Waiting | undefined>;

export const readRefused = (rows: Rows, type: Kind, id: string): Promise<RefusedChange | undefined> =>
  rows.get(key.refused(type, id)) as Promise<RefusedChange | undefined>;

export const readConflict = (rows: Rows, type: Kind, id: string): Promise<OpenConflict | undefined> =>
  rows.get(key.conflict(type, id)) as Promise<OpenConflict | undefined>;

export const allWaiting = (rows: Rows): Promise<Waiting[]> => rows.list("waiting/") as Promise<Waiting[]>;
export const allRefused = (rows: Rows): Promise<RefusedChange[]> => rows.list("refused/") as Promise<RefusedChange[]>;
export const allConflicts = (rows: Rows): Promise<OpenConflict[]> => rows.list("conflict/") as Promise<OpenConflict[]>;
