// What an app writes around the package: sign in, record without a network, show danger signs, sync, read the alerts.
import { Diary, MemoryStore } from "symptom-diary-client";
import { IndexedDbStore } from "symptom-diary-client/indexeddb";

const { DIARY_URL: url = "", DIARY_EMAIL: email = "", DIARY_PASSWORD: password = "" } = process.env;
const store = typeof indexedDB === "undefined" ? new MemoryStore() : new IndexedDbStore();

const secrets = new Map<string, string | null>(); // a phone has a key store

const diary = new Diary({
  url,
  store,
  secrets: { get: async (name) => secrets.get(name), set: async (name, value) => void secrets.set(name, value) },
  onDangerSign: (sign) => console.log(`${sign.stage} ${sign.tier} ${sign.rule} ${sign.call ?? ""}`),
  onConflict: ({ mine, theirs }) => console.log("two versions", mine, theirs),
});
await diary.open();
const { step } = await diary.identity.signIn(email, password);
if (step !== "signed_in") throw new Error(`next: ${step}`);

const { content: entry } = await diary.record({
  night_pain: 6,
  sites: ["lower_back"],
  symptoms: { saddle_numbness: true },
});
await diary.change(entry.id, { note: "Walked to the market." });
const { outcome } = await diary.sync();
console.log(outcome, (await diary.status()).waiting, (await diary.list("entry")).length);

const alerts = await diary.alerts.list();
console.log(alerts.map((alert) => alert.rule).join());
