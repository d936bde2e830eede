// The diary as this device shows it: what was written here last over what the service has.
import type { Content, Kind } from "../shapes.ts";
import type { Rows } from "../store/store.ts";
import { readConflict, readRefused, readRow, readWaiting } from "./kept.ts";
import type { Waiting } from "./kept.ts";

/** What is shown under an id; null for nothing. */
export async function shown(rows: Rows, type: Kind, id: string): Promise<Content | null> {
  const waiting = await readWaiting(rows, type, id);
  const own = waiting?.wish ?? waiting?.sent ?? (await readConflict(rows, type, id)) ?? (await readRefused(rows, type, id));
  if (own) return own.data;
  return (await readRow(rows, type, id))?.data ?? null;
}

/** All of one kind. */
export async function allShown(rows: Rows, type: Kind): Promise<Content[]> {
  const found = new Map<string, Content>();
  const lay = (id: string, data: Content | null): unknown => (data === null ? found.delete(id) : found.set(id, data));
  for (const row of (await rows.list(`row/${type}/`)) as { id: string; data: Content | null }[]) lay(row.id, row.data);
  for (const own of [`refused/${type}/`, `conflict/${type}/`]) {
    for (const { id, data } of (await rows.list(own)) as { id: string; data: Content | null }[]) lay(id, data);
  }
  for (const waiting of (await rows.list(`waiting/${type}/`)) as Waiting[]) {
    lay(waiting.id, (waiting.wish ?? waiting.sent)?.data ?? null);
  }
  return [...found.values()];
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
export function inOrder(all: readonly Content[], dates: { from: string; to: string } | null): Content[] {
  const within = all.filter((one) => !dates || (dateOf(one) >= dates.from && dateOf(one) <= dates.to));
  return within.sort((one, other) => compare(dateOf(one), dateOf(other)) || compare(one.id, other.id));
}

export const zoneOf = (content: Content): string | null => ("time_zone" in content ? content.time_zone : null);

const dateOf = (content: Content): string => ("date" in content ? content.date : content.started_on);
const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
