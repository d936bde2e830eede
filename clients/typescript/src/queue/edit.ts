// Putting changes on the queue: edits of one resource become one.
import { DeletedError } from "../errors.ts";
import type { Kind } from "../shapes.ts";
import type { Rows } from "../store/store.ts";
import { earlier, key, nextNumber, readConflict, readRefused, readRow, readWaiting } from "./kept.ts";
import type { RefusedChange, Row, Waiting, Wish } from "./kept.ts";
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
  const row = await readRow(rows, type, id);
  const conflict = await readConflict(rows, type, id);
  if (conflict) {
    const isSettled = op === "delete" && row?.data === null;
    return rows.set(key.conflict(type, id), isSettled ? undefined : { ...conflict, op, data });
  }
  const known = await readWaiting(rows, type, id);
  const refused = await readRefused(rows, type, id);
  const waiting = known ?? (await begun(rows, type, id, refused, now));
  if (op === "put" && (row?.data === null || (waiting.wish ?? waiting.sent)?.op === "delete")) throw new DeletedError(id);
  await rows.set(key.refused(type, id), undefined);
  const neverLeft = (known ?? refused) !== undefined && waiting.base === null && waiting.sent === null;
  if (op === "delete" && neverLeft) return rows.set(key.waiting(type, id), undefined);
  if (op === "delete" && row?.data === null) return;
  const seen = earlier(waiting.wish?.seen, seenIn(change, known, row));
  const wish = { op, data, seen, draft: await nextNumber(rows) };
  await rows.set(key.waiting(type, id), { ...waiting, wish, pressing: pressing || waiting.pressing });
}

/** The version that somebody saw who edits: what waits here still, what became of it, or what it rested on. */
function seenIn({ seen, draft }: Wish, waiting: Waiting | undefined, row: Row | undefined): number | undefined {
  if (draft === undefined) return seen;
  if (waiting && (waiting.wish ?? waiting.sent)!.draft === draft) return undefined;
  return row?.draft === draft ? row.version : (seen ?? 0);
}

/** The change that a new edit begins: on what was refused, else on what the service was last known to have. */
async function begun(
  rows: Rows,
  type: Kind,
  id: string,
  refused: RefusedChange | undefined,
  now: Date,
): Promise<Waiting> {
  const order = await nextNumber(rows);
  const base = refused ? refused.base : ((await readRow(rows, type, id))?.version ?? null);
  const since = refused?.since ?? now.toISOString();
  return { type, id, order, since, base, wish: null, sent: null, pressing: false };
}
