// A service that was restored from a backup refuses the cursor: it has forgotten what this device still knows.
import type { Rows } from "../store/store.ts";
import { changeMeta, key, readMeta, readWaiting } from "./kept.ts";
import type { Row } from "./kept.ts";

/** Everything is asked for anew; what is known now is put aside, to see afterwards what the service lacks. */
export async function beginAgain(rows: Rows): Promise<void> {
  await changeMeta(rows, { cursor: null });
  for (const row of (await rows.list("row/")) as Row[]) {
    await rows.set(`before/${row.type}/${row.id}`, row);
    await rows.set(key.row(row.type, row.id), undefined);
  }
}

/** Once everything has come: what the service lacks goes up again, as new. Whether there is any. */
export async function restored(rows: Rows, now: Date): Promise<boolean> {
  const before = (await rows.list("before/")) as Row[];
  let { order } = await readMeta(rows);
  let lacking = false;
  for (const { type, id, data } of before) {
    await rows.set(`before/${type}/${id}`, undefined);
    if (data === null || (await rows.get(key.row(type, id))) || (await readWaiting(rows, type, id))) continue;
    const since = now.toISOString();
    const wish = { op: "put", data, draft: order } as const;
    await rows.set(key.waiting(type, id), { type, id, order, since, base: null, wish, sent: null, pressing: false });
    order += 1;
    lacking = true;
  }
  if (before.length > 0) await changeMeta(rows, { order });
  return lacking;
}
