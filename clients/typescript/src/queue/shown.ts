// The diary as this device shows it: what was written here last over what the service has.
import type { Content, Kind } from "../shapes.ts";
import type { Rows } from "../store/store.ts";
import { allConflicts, allRefused, asSent, readConflict, readRefused, readRow, readWaiting } from "./kept.ts";
import type { OpenConflict, RefusedChange, Row, Waiting } from "./kept.ts";

/**
 * With the version that it is or that it rests on, and the number of what waits here: whoever sends both back replaces
 * what they saw and nothing later.
 */
export type Shown<T extends Content = Content> = T & { version?: number | undefined; draft?: number | undefined };

/** What is shown under an id; null for nothing. */
export async function shown(rows: Rows, type: Kind, id: string): Promise<Shown | null> {
  const waiting = await readWaiting(rows, type, id);
  if (waiting) return ofWaiting(waiting);
  const conflict = await readConflict(rows, type, id);
  if (conflict) return ofConflict(conflict);
  const refused = await readRefused(rows, type, id);
  if (refused) return ofRefused(refused);
  const row = await readRow(rows, type, id);
  return row ? ofRow(row) : null;
}

/** All of one kind. */
export async function allShown(rows: Rows, type: Kind): Promise<Shown[]> {
  const found = new Map<string, Shown | null>();
  for (const row of (await rows.list(`row/${type}/`)) as Row[]) found.set(row.id, ofRow(row));
  for (const refused of await allRefused(rows, type)) found.set(refused.id, ofRefused(refused));
  for (const conflict of await allConflicts(rows, type)) found.set(conflict.id, ofConflict(conflict));
  for (const waiting of (await rows.list(`waiting/${type}/`)) as Waiting[]) found.set(waiting.id, ofWaiting(waiting));
  return [...found.values()].filter((content) => content !== null);
}

const ofRow = ({ data, version }: Row): Shown | null => data && { ...data, version };

const ofConflict = ({ data, seen }: OpenConflict): Shown | null => data && { ...data, version: seen };

const ofRefused = ({ data, base }: RefusedChange): Shown | null => data && { ...data, version: base ?? 0 };

function ofWaiting(waiting: Waiting): Shown | null {
  const { data, draft } = (waiting.wish ?? waiting.sent)!;
  return data && { ...data, version: asSent(waiting).if_version ?? 0, draft };
}

/** The other entries of the day that an entry is about. */
export async function sameDay(rows: Rows, type: Kind, content: Content): Promise<Content[]> {
  if (type !== "entry") return [];
  const found: Content[] = [];
  for (const id of await idsOf(rows, dateOf(content))) {
    const other = id === content.id ? null : await shown(rows, type, id);
    if (other && dateOf(other) === dateOf(content)) found.push(other);
  }
  return found;
}

/** Remember that an entry is, or was, about its day: a diary of years need not be searched for it. */
export async function noteDay(rows: Rows, type: Kind, data: Content | null): Promise<void> {
  if (type !== "entry" || data === null) return;
  const ids = await idsOf(rows, dateOf(data));
  if (!ids.includes(data.id)) await rows.set(`day/${dateOf(data)}`, [...ids, data.id]);
}

const idsOf = async (rows: Rows, date: string): Promise<string[]> =>
  ((await rows.get(`day/${date}`)) as string[] | undefined) ?? [];

/** By date and then id, those within the dates. */
export function inOrder(all: readonly Shown[], dates: { from: string; to: string } | null): Shown[] {
  const within = all.filter((one) => !dates || (dateOf(one) >= dates.from && dateOf(one) <= dates.to));
  return within.sort((one, other) => compare(dateOf(one), dateOf(other)) || compare(one.id, other.id));
}

export const zoneOf = (content: Content): string | null => ("time_zone" in content ? content.time_zone : null);

const dateOf = (content: Content): string => ("date" in content ? content.date : content.started_on);
const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
