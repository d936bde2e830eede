// "Not synced for so long: nobody has been warned." It is said once for each period, until everything is up.
import type { Unsynced } from "./hearing.ts";
import { allConflicts, allWaiting, changeMeta, readMeta } from "./queue/kept.ts";
import { allSigns } from "./signs/events.ts";
import type { Rows } from "./store/store.ts";

const DAY = 86_400_000;
/** A danger sign that nobody else knows of doesn't wait for days. */
const DANGER_SIGN_MILLISECONDS = 3_600_000;

export interface Due {
  told: Unsynced;
  /** How many periods it has waited. */
  periods: number;
}

/** What is to be said now of what has been on this device only; null for nothing. */
export async function unsyncedDue(rows: Rows, now: Date, afterDays: number): Promise<Due | null> {
  const waiting = await allWaiting(rows);
  const only = [...waiting, ...(await allConflicts(rows))];
  if (only.length === 0) return null;
  const signs = await allSigns(rows);
  const unheardOf = only.filter((one) => signs.some((kept) => isAbout(kept.key, one) && kept.event.stage !== "raised"));
  const pressing = unheardOf.filter((one) => !signs.some((kept) => isAbout(kept.key, one) && kept.event.stored));
  const dangerSign = pressing.length > 0;
  const since = (dangerSign ? pressing : only).reduce((oldest, one) => (one.since < oldest ? one.since : oldest), "~");
  const waited = now.getTime() - Date.parse(since);
  const days = Math.max(0, Math.floor(waited / DAY));
  const periods = Math.floor(days / afterDays) + (dangerSign && waited >= DANGER_SIGN_MILLISECONDS ? 1 : 0);
  const told = (await readMeta(rows)).unsynced;
  if (periods === 0 || (told?.since === since && told.periods >= periods)) return null;
  return { told: { since, days, waiting: only.length, dangerSign }, periods };
}

export const markTold = (rows: Rows, { told, periods }: Due): Promise<unknown> =>
  changeMeta(rows, { unsynced: { since: told.since, periods } });

const isAbout = (name: string, one: { type: string; id: string }): boolean => name.includes(`/${one.type}/${one.id}/`);
