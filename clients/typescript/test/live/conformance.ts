// The SDK as a device of the conformance kit: `python -m conformance … --app "node clients/typescript/test/live/conformance.ts"`.
import { createInterface } from "node:readline";
import { Diary, MemoryStore } from "../../src/index.ts";
import { holds, make } from "./played.ts";
import type { Step } from "./played.ts";

const { DIARY_URL: url = "", DIARY_TOKEN: token = "" } = process.env;
const diary = new Diary({
  url,
  store: new MemoryStore(),
  secrets: { get: async (name) => (name === "token" ? token : null), set: async () => undefined },
  onDangerSign: () => undefined,
});
await diary.open();

for await (const line of createInterface({ input: process.stdin })) {
  const step = JSON.parse(line) as Step;
  await make(diary, step);
  if (!step.fresh) await diary.sync();
  console.log(JSON.stringify({ holds: await holds(diary) }));
}
