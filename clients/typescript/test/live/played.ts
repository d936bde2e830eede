// What the conformance kit asks of a device, done with the SDK: the changes of a step, and what is shown then.
import { DeletedError } from "../../src/index.ts";
import type { Conflict, Content, Diary, Kind, Shown } from "../../src/index.ts";

const KINDS: readonly Kind[] = ["entry", "treatment", "event"];

export interface Change {
  type: Kind;
  op: "put" | "delete";
  id: string;
  if_version?: number | null;
  data?: Content;
}
export interface Step {
  changes?: Change[];
  fresh?: boolean;
}

/** Everything but the sync that follows, unless the device begins again. */
export async function make(diary: Diary, { changes = [], fresh }: Step): Promise<void> {
  if (fresh) await diary.wipe();
  const open = await diary.conflicts();
  for (const change of changes) {
    await changed(diary, change, open).catch((error: unknown) => {
      if (!(error instanceof DeletedError)) throw error; // the app says so, and nothing is recorded
    });
  }
}

/** As a person would, who has seen a version of it; where two wait for a decision, it is the decision. */
async function changed(diary: Diary, { type, op, id, if_version, data }: Change, open: readonly Conflict[]): Promise<void> {
  if (!KINDS.includes(type)) return; // an app has no screen for it
  const seen = if_version === undefined || if_version === null ? {} : { version: if_version };
  const conflict = open.find((one) => one.id === id);
  if (conflict && op === "put") await diary.resolve(conflict, data!);
  else if (op === "put") await diary.put(type, { ...data, ...seen } as Shown<never>);
  else await diary.remove(type, { id, ...seen } as Shown);
}

/** All that the device knows the service to have, as it has it. */
export async function holds(diary: Diary): Promise<Record<string, Content | null>> {
  const shown: Record<string, Content | null> = {};
  for (const kind of KINDS) {
    for (const content of await diary.list(kind)) shown[content.id] = content;
  }
  for (const { id } of await diary.refused()) delete shown[id];
  for (const { id, theirs, version } of await diary.conflicts()) shown[id] = theirs && Object.assign({}, theirs, { version });
  return shown;
}
