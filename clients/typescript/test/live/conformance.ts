// The SDK as a device of the conformance kit: `python -m conformance … --app "node clients/typescript/test/live/conformance.ts"`.
import { createInterface } from "node:readline";
import { DeletedError, Diary, MemoryStore } from "../../src/index.ts";
import type { Conflict, Content, Kind, Shown } from "../../src/index.ts";

const KINDS: readonly Kind[] = ["entry", "treatment", "event"];

interface Change {
  type: Kind;
  op: "put" | "delete";
  id: string;
  if_version?: number | null;
  data?: Content;
}
interface Step {
  changes?: Change[];
  fresh?: boolean;
}

const { DIARY_URL: url = "", DIARY_TOKEN: token = "" } = process.env;
const diary = new Diary({
  url,
  store: new MemoryStore(),
  secrets: { get: async (name) => (name === "token" ? token : null), set: async () => undefined },
  onDangerSign: () => undefined,
});
await diary.open();

/** As a person would, who has seen a version of it; where two wait for a decision, it is the decision. */
async function make({ type, op, id, if_version, data }: Change, open: readonly Conflict[]): Promise<void> {
  if (!KINDS.includes(type)) return; // an app has no screen for it
  const seen = if_version === undefined || if_version === null ? {} : { version: if_version };
  const conflict = open.find((one) => one.id === id);
  if (conflict && op === "put") await diary.resolve(conflict, data!);
  else if (op === "put") await diary.put(type, { ...data, ...seen } as Shown<never>);
  else await diary.remove(type, { id, ...seen } as Shown);
}

async function holds(): Promise<Record<string, Content | null>> {
  const shown: Record<string, Content | null> = {};
  for (const kind of KINDS) {
    for (const content of await diary.list(kind)) shown[content.id] = content;
  }
  for (const { id } of await diary.refused()) delete shown[id];
  for (const { id, theirs, version } of await diary.conflicts()) shown[id] = theirs && Object.assign({}, theirs, { version });
  return shown;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { changes = [], fresh } = JSON.parse(line) as Step;
  if (fresh) await diary.wipe();
  const open = await diary.conflicts();
  for (const change of changes) {
    await make(change, open).catch((error: unknown) => {
      if (!(error instanceof DeletedError)) throw error; // the app says so, and nothing is recorded
    });
  }
  if (!fresh) await diary.sync();
  console.log(JSON.stringify({ holds: await holds() }));
}
