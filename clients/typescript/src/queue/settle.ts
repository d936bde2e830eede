// What an answer does to the queue and to the diary on this device. All of it is kept together with the new cursor.
import { saysTheSame, written } from "../shapes.ts";
import type { Change, Content, SyncAnswer, SyncResult } from "../shapes.ts";
import type { Rows } from "../store/store.ts";
import { changeMeta, earlier, key, readConflict, readRow, readWaiting } from "./kept.ts";
import type { Row, Waiting, Wish } from "./kept.ts";
import { noteDay } from "./shown.ts";

const TOO_MANY = 429;

export interface Settled {
  /** Resources that the service has no room for today: they stay on the queue. */
  later: string[];
  /** Whether anything on this device has changed. */
  changed: boolean;
}

/** Take an answer to `changes` in hand: results first, then what is new, then the cursor. */
export async function settle(rows: Rows, changes: readonly Change[], answer: SyncAnswer, now: Date): Promise<Settled> {
  const later: string[] = [];
  for (const [at, change] of changes.entries()) {
    const result = answer.results[at];
    const waiting = await readWaiting(rows, change.type, change.id);
    // Another tab may have had the answer to the same request before.
    if (!result || !waiting?.sent || !isAnswered(waiting.sent, change)) continue;
    if (result.status === "invalid" && result.problem?.status === TOO_MANY) later.push(change.id);
    else await settleOne(rows, change, result, waiting, now);
  }
  for (const news of answer.changes) {
    await keepRow(rows, { ...news, data: news.data === null ? null : written(news.data as Content) });
  }
  await changeMeta(rows, { cursor: answer.cursor });
  return { later, changed: changes.length + answer.changes.length > 0 };
}

function isAnswered(sent: NonNullable<Waiting["sent"]>, change: Change): boolean {
  return sent.op === change.op && sent.if_version === change.if_version && saysTheSame(sent.data, change.data ?? null);
}

async function settleOne(rows: Rows, change: Change, result: SyncResult, waiting: Waiting, now: Date): Promise<void> {
  const newest = waiting.wish ?? waiting.sent!;
  switch (result.status) {
    case "stored":
    case "unchanged":
      return stored(rows, change, result, waiting, now);
    case "deleted":
      await keepRow(rows, { type: change.type, id: change.id, version: result.version ?? 0, data: null });
      if (newest.op === "put") return conflict(rows, change, newest, waiting);
      return rows.set(key.waiting(change.type, change.id), undefined);
    case "conflict":
      return conflicted(rows, change, result, newest, waiting);
    default:
      return refused(rows, change, result, waiting);
  }
}

async function stored(rows: Rows, change: Change, result: SyncResult, waiting: Waiting, now: Date): Promise<void> {
  const { type, id } = change;
  const own = (change.if_version ?? 0) + 1;
  // An unchanged one may have been overtaken by another device: the version told is then of what stands now. What was
  // edited here since rests on this device's own version, so that nobody's edit is replaced unseen.
  const version = Math.min(result.version ?? own, own);
  await keepRow(rows, { type, id, version, data: change.data ?? null, draft: waiting.sent!.draft });
  const rest = { ...waiting, base: earlier(version, waiting.wish?.seen)!, sent: null, since: now.toISOString() };
  await rows.set(key.waiting(type, id), waiting.wish ? rest : undefined);
}

async function conflicted(
  rows: Rows,
  change: Change,
  result: SyncResult,
  newest: Wish,
  waiting: Waiting,
): Promise<void> {
  const { type, id } = change;
  const current = result.current as (Content & { version?: number }) | null | undefined;
  if (current) await keepRow(rows, { type, id, version: current.version ?? result.version ?? 0, data: written(current) });
  if (current && saysTheSame(current, newest.data)) return rows.set(key.waiting(type, id), undefined);
  await conflict(rows, change, newest, waiting);
}

async function conflict(rows: Rows, change: Change, { op, data }: Wish, { since }: Waiting): Promise<void> {
  const { type, id, if_version } = change;
  await rows.set(key.waiting(type, id), undefined);
  await rows.set(key.conflict(type, id), { type, id, op, data, since, seen: if_version ?? 0, heard: false });
}

/** What the service won't take. Somebody who has edited it since may have put it right: that is tried. */
async function refused(rows: Rows, change: Change, result: SyncResult, waiting: Waiting): Promise<void> {
  const { type, id } = change;
  const { since, wish } = waiting;
  if (wish) return rows.set(key.waiting(type, id), { ...waiting, sent: null });
  const status = result.status === "forbidden" ? 403 : 400;
  const problem = result.problem ?? { type: "about:blank", title: "", status, detail: "" };
  const { op, data } = waiting.sent!;
  await rows.set(key.waiting(type, id), undefined);
  await rows.set(key.refused(type, id), { type, id, op, data, base: change.if_version, since, problem, heard: false });
}

/** Keep what the service has, unless something newer is known. */
async function keepRow(rows: Rows, { type, id, version, data, draft }: Row): Promise<void> {
  const known = await readRow(rows, type, id);
  if (known && known.version > version) return;
  const own = draft ?? (known?.version === version ? known.draft : undefined);
  await rows.set(key.row(type, id), { type, id, version, data, draft: own });
  const isSettled = data === null && (await readConflict(rows, type, id))?.data === null;
  if (isSettled) await rows.set(key.conflict(type, id), undefined); // both have deleted it
  await noteDay(rows, type, data);
}
