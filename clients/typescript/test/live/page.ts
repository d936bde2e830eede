// A page that keeps a diary in the browser, in two tabs' worth of stores. It tells its server what came of it.
import { Diary } from "../../src/index.ts";
import { IndexedDbStore } from "../../src/store/indexeddb.ts";

const tell = async (what: unknown): Promise<void> => {
  await fetch("/told", { method: "POST", body: JSON.stringify(what) });
};
const asked = new URLSearchParams(location.search);
const token = asked.get("token")!;

const heard: string[] = [];
const tab = (): Diary =>
  new Diary({
    url: location.origin,
    store: new IndexedDbStore(),
    secrets: { get: async (name) => (name === "token" ? token : null), set: async () => undefined },
    onDangerSign: (sign) => heard.push(sign.stage),
  });

async function recordWithoutNetwork(): Promise<unknown> {
  const [one, other] = [tab(), tab()];
  await one.open();
  const recorded = await Promise.all([
    one.record({ worst_pain: 3, symptoms: { saddle_numbness: true } }),
    other.record({ worst_pain: 4, note: "äöü \u{1f600}" }),
    one.record({ worst_pain: 5 }),
  ]);
  const { outcome } = await other.sync();
  const failing = new IndexedDbStore().transact(async (rows) => {
    await rows.set("row/entry/none", { id: "none" });
    throw new Error("on purpose");
  });
  const isUndone = await failing.then(() => false, () => true);
  const ids = recorded.map(({ content }) => content.id);
  return { ids, outcome, isUndone, heard, shown: (await other.list("entry")).length };
}

async function syncInTwoTabs(): Promise<unknown> {
  const [one, other] = [tab(), tab()];
  await one.open();
  const outcomes = await Promise.all([one.sync(), other.sync()]);
  const status = await one.status();
  await one.change((await one.list("entry"))[0]!.id, { note: "changed" });
  await Promise.all([one.sync(), other.sync()]);
  const entries = await other.list("entry");
  return { outcomes: outcomes.map(({ outcome }) => outcome), status, entries, heard };
}

const phase = asked.get("phase") === "offline" ? recordWithoutNetwork : syncInTwoTabs;
phase().then(tell, (error: unknown) => tell({ error: String(error) }));
