// The diary as our pages keep it, as a device of the conformance kit (tests/clients/browser_device.py).
import { Diary } from "../../typescript/src/index.ts";
import { holds, make } from "../../typescript/test/live/played.ts";
import type { Step } from "../../typescript/test/live/played.ts";
import { storeOf, syncAddress } from "../stores.ts";

let diary: Diary;

const device = {
  async open(patient: string): Promise<void> {
    const options = { url: syncAddress(location.origin), store: storeOf(patient), cookies: true, patient, own: true };
    diary = new Diary({ ...options, onDangerSign: () => undefined });
    await diary.open();
  },
  make: (step: Step) => make(diary, step),
  sync: async () => (await diary.sync()).outcome,
  holds: () => holds(diary),
};
Object.assign(globalThis, { device });
