import type { Conflict } from "../hearing.ts";
import { newId } from "../id.ts";
import { saysTheSame, written } from "../shapes.ts";
import type { Content } from "../shapes.ts";
import type { Rows } from "../store/store.ts";
import { key, nextNumber, readConflict } from "./kept.ts";

/**
 * End a conflict as the app has chosen, and put what is to be changed on the queue. Gives the id that it is under.
 *
 * What was chosen replaces the version that the person has seen, and no later one. Should this device's own side have
 * been edited since, nothing is done and the conflict is told anew: null.
 */
export async function resolve(
  rows: Rows,
  seen: Conflict,
  choice: "mine" | "theirs" | Content,
  now: Date,
): Promise<string | null> {
  const { type, id } = seen;
  const conflict = await readConflict(rows, type, id);
  if (!conflict) return id;
  if (!saysTheSame(conflict.data, seen.mine)) {
    await rows.set(key.conflict(type, id), { ...conflict, heard: false });
    return null;
  }
  await rows.set(key.conflict(type, id), undefined);
  const data = choice === "theirs" ? seen.theirs : choice === "mine" ? conflict.data : written(choice);
  if (choice === "theirs" || (data === null && seen.theirs === null)) return id;
  const under = seen.theirs === null ? newId(now) : id; // a deletion wins over its id for ever
  const order = await nextNumber(rows);
  const draft = await nextNumber(rows);
  const op = data === null ? "delete" : "put";
  const wish = { op, data: data && { ...data, id: under }, draft } as const;
  const base = seen.theirs === null ? null : seen.version;
  const queued = { type, id: under, order, since: conflict.since, base, wish, sent: null, pressing: false };
  await rows.set(key.waiting(type, under), queued);
  return under;
}
