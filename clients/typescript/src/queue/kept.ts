// What a diary keeps on the device, and under which keys.
import type { Content, Kind, ProblemDocument } from "../shapes.ts";
import type { Rows } from "../store/store.ts";

/** A resource as the service was last known to have it; `data` is null for one that was deleted. */
export interface Row {
  type: Kind;
  id: string;
  version: number;
  data: Content | null;
  /** The wish of this device that became this version. */
  draft?: number | undefined;
}

/** What somebody wants of one resource. */
export interface Wish {
  op: "put" | "delete";
  data: Content | null;
  /** The version that the person saw, where it is known, and 0 for none: no later one is replaced. */
  seen?: number | undefined;
  /** Its number on this device. */
  draft?: number | undefined;
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

/** What this device says of a resource, where the service has something later than `seen`. Kept until it is resolved. */
export interface OpenConflict extends Wish {
  type: Kind;
  id: string;
  since: string;
  heard: boolean;
}

export interface Meta {
  /** Where the next answer goes on; null for the whole diary. */
  cursor: string | null;
  /** The next place in the queue, or number of a wish. */
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

/** The older of two versions, of which either may not be known. */
export const earlier = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

/** A change as it goes up, or went. A deletion without a version would delete whatever there is. */
export function asSent({ sent, wish, base }: Waiting): NonNullable<Waiting["sent"]> {
  if (sent) return sent;
  const { op, data, seen, draft } = wish!;
  const rests = base === null ? 0 : earlier(base, seen)!;
  return { op, data, draft, if_version: rests || (op === "delete" && base !== null ? 1 : null) };
}

/** A number for the next wish, or for its place in the queue. */
export async function nextNumber(rows: Rows): Promise<number> {
  const { order } = await readMeta(rows);
  await changeMeta(rows, { order: order + 1 });
  return order;
}

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
export const allRefused = (rows: Rows, type?: Kind): Promise<RefusedChange[]> =>
  rows.list(type ? `refused/${type}/` : "refused/") as Promise<RefusedChange[]>;
export const allConflicts = (rows: Rows, type?: Kind): Promise<OpenConflict[]> =>
  rows.list(type ? `conflict/${type}/` : "conflict/") as Promise<OpenConflict[]>;
