// Putting changes on the queue: edits of one resource become one.
import { DeletedError } from "../errors.ts";
import type { Kind } from "../shapes.ts";
import type { Rows } from "../store/store.ts";
import { changeMeta, key, readConflict, readMeta, readRefused, readRow, readWaiting } from "./kept.ts";
import type { RefusedChange, Waiting, Wish } from "./kept.ts";
import { noteDay } from "./shown.ts";

/**
 * Note what somebody wants of a resource.
 *
 * While a conflict about it is open, it becomes this device's side of that. Raises DeletedError for new content of what
 * was deleted: its id is used up.
 */
export async function edit(
  rows: Rows,
  change: { type: Kind; id: string } & Wish,
  now: Date,
  pressing: boolean,
): Promise<void> {
  const { type, id, op, data } = change;
  await noteDay(rows, type, data);
  const conflict = await readConflict(rows, type, id);
  if (conflict) return rows.set(key.conflict(type, id), { ...conflict, op, data });
  const known = await readWaiting(rows, type, id);
  const refused = await readRefused(rows, type, id);
  const waiting = known ?? (await begun(rows, type, id, refused, now));
  const row = await readRow(rows, type, id);
  if (op === "put" && (row?.data === null || (waiting.wish ?? waiting.sent)?.op === "delete")) throw new DeletedError(id);
  await rows.set(key.refused(type, id), undefined);
  const neverLeft = (known ?? refused) !== undefined && waiting.base === null && waiting.sent === null;
  if (op === "delete" && neverLeft) return rows.set(key.waiting(type, id), undefined);
  if (op === "delete" && row?.data === null) return;
  const seen = earlier(waiting.wish?.seen, change.seen);
  await rows.set(key.waiting(type, id), { ...waiting, wish: { op, data, seen }, pressing: pressing || waiting.pressing });
}

/** The change that a new edit begins: on what was refused, else on what the service was last known to have. */
async function begun(
  rows: Rows,
  type: Kind,
  id: string,
  refused: RefusedChange | undefined,
  now: Date,
): Promise<Waiting> {
  const { order } = await readMeta(rows);
  await changeMeta(rows, { order: order + 1 });
  const base = refused ? refused.base : ((await readRow(rows, type, id))?.version ?? null);
  const since = refused?.since ?? now.toISOString();
  return { type, id, order, since, base, wish: null, sent: null, pressing: false };
}

/** The older of two versions, of which either may not be known. */
export const earlier = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
