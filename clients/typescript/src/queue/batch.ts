// Which changes go up next. They are marked in the same step, so that an app that is killed sends the very same again.
import { written } from "../shapes.ts";
import type { Change } from "../shapes.ts";
import type { Rows } from "../store/store.ts";
import { allWaiting, asSent, key } from "./kept.ts";
import type { Waiting } from "./kept.ts";

/** What the service takes in one request: 2 MiB with what is around the changes, and 1,000 of them. */
export const MOST_BYTES = 2 * 1024 * 1024 - 16 * 1024;
export const MOST_CHANGES = 1000;

/**
 * Take changes for one request, danger signs first and then in their order, and mark them as sent.
 *
 * There is one of each resource, so an edit made while its forerunner is on the way goes with the next request, when
 * the version that it rests on is known. `leaveOut` are resources that wait for something else.
 */
export async function takeBatch(rows: Rows, most: number, leaveOut: ReadonlySet<string>): Promise<Change[]> {
  const waiting = (await allWaiting(rows)).filter((one) => !leaveOut.has(one.id));
  waiting.sort((one, other) => Number(other.pressing) - Number(one.pressing) || one.order - other.order);
  const batch: Change[] = [];
  let bytes = 0;
  for (const one of waiting) {
    const change = changeOf(one);
    bytes += utf8Length(JSON.stringify(change)) + 1;
    if (batch.length > 0 && bytes > MOST_BYTES) break;
    if (!one.sent) await rows.set(key.waiting(one.type, one.id), { ...one, wish: null, sent: asSent(one) });
    batch.push(change);
    if (batch.length === Math.min(most, MOST_CHANGES)) break;
  }
  return batch;
}

function changeOf(waiting: Waiting): Change {
  const { op, data, if_version } = asSent(waiting);
  const { type, id } = waiting;
  return data === null ? { type, op, id, if_version } : { type, op, id, if_version, data: written(data) };
}

/** The length of a text in UTF-8, for engines without TextEncoder. JSON escapes half pairs before this counts them. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff)) bytes += 2;
    else if (unit > 0x7f) bytes += 1; // each half of a pair is two of its four bytes
  }
  return bytes;
}
