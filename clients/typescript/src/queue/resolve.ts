import { newId } from "../id.ts";
import { written } from "../shapes.ts";
import type { Content, Kind } from "../shapes.ts";
import type { Rows } from "../store/store.ts";
import { changeMeta, key, readConflict, readMeta, readRow } from "./kept.ts";

/** End a conflict as the app has chosen, and put what is to be changed on the queue. Gives the id that it is under. */
export async function resolve(
  rows: Rows,
  type: Kind,
  id: string,
  choice: "mine" | "theirs" | Content,
  now: Date,
): Promise<string> {
  const conflict = await readConflict(rows, type, id);
  if (!conflict) return id;
  await rows.set(key.conflict(type, id), undefined);
  if (choice === "theirs") return id;
  const row = await readRow(rows, type, id);
  const data = choice === "mine" ? conflict.data : written(choice);
  const isGone = !row || row.data === null;
  if (data === null && isGone) return id; // both have deleted it
  const under = isGone ? newId(now) : id; // a deletion wins over its id for ever
  const { order } = await readMeta(rows);
  await changeMeta(rows, { order: order + 1 });
  const wish = data === null ? ({ op: "delete", data } as const) : ({ op: "put", data: { ...data, id: under } } as const);
  const base = isGone ? null : row.version;
  const queued = { type, id: under, order, since: conflict.since, base, wish, sent: null, pressing: false };
  await rows.set(key.waiting(type, under), queued);
  return under;
}
