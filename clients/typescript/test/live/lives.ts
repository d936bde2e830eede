// Random lives of two phones and a caregiver on a bad network, whose apps are killed at any step.
//
// Reads `{"url", "lives": [{"seed", "devices": [{"name", "token", "patient"}, …]}, …]}` from stdin, and prints what is
// wrong: a line for each fault, and in the end how much happened.
import { readFileSync } from "node:fs";
import type { Entry } from "../../src/index.ts";
import { Device } from "./device.ts";
import type { Account } from "./device.ts";
import { Ledger } from "./ledger.ts";
import { Proxy } from "./proxy.ts";
import { Random } from "./random.ts";

const ACTIONS = 36;
/** So often somebody is interrupted while they have an entry open. */
const INTERRUPTED = 0.2;
const RISK = 0.0015;
const ROUNDS = 20;
const AT_ONCE = 4;

interface Life {
  seed: number;
  devices: Account[];
}

const total = { lives: 0, deaths: 0, requests: 0, troubles: 0, entries: 0 };

/** The faults of one life. */
async function live({ seed, devices: accounts }: Life, url: string): Promise<string[]> {
  const random = new Random(seed);
  const proxy = new Proxy(url, random);
  const ledger = new Ledger();
  const through = await proxy.start();
  const devices = accounts.map((account) => new Device(account, through, ledger, random));
  try {
    for (const device of devices) await device.start(RISK);
    for (let at = 0; at < ACTIONS; at += 1) {
      if (random.happens(INTERRUPTED)) await interrupted(devices, random, proxy);
      else await random.one(devices).act(RISK);
    }
    proxy.trouble = 0;
    for (const device of devices) await device.start(0);
    await untilQuiet(devices);
    for (const device of devices) await device.diary.open(); // all that there is to hear has been heard then
    const [first] = devices;
    const service = await allEntries(first!);
    const diaries = new Map<string, Entry[]>();
    for (const device of devices) diaries.set(device.name, await device.diary.list("entry"));
    const { through: well = 0, ...troubles } = proxy.counts;
    const troubled = Object.values(troubles).reduce((sum, count) => sum + count, 0);
    total.lives += 1;
    total.deaths += devices.reduce((sum, device) => sum + device.deaths, 0);
    total.requests += well + troubled;
    total.troubles += troubled;
    total.entries += service.length;
    return ledger.close(diaries, service);
  } finally {
    proxy.stop();
  }
}

/** Somebody has an entry open while another device changes it; both sync, on a good hour, before the first one saves. */
async function interrupted(devices: readonly Device[], random: Random, proxy: Proxy): Promise<void> {
  const one = random.one(devices);
  const other = random.one(devices.filter((device) => device !== one));
  const trouble = proxy.trouble;
  proxy.trouble = 0;
  for (const device of [one, other]) {
    await device.decide();
    await device.sync();
  }
  const id = await one.open();
  if (id && (await other.open(id))) await other.save();
  for (const device of [other, one]) await device.sync();
  proxy.trouble = trouble;
  await one.save();
  for (const device of [one, other]) await device.startAgain(RISK);
}

/** Syncs and decides until no device has anything left. Raises Error when that takes too long. */
async function untilQuiet(devices: readonly Device[]): Promise<void> {
  let before = "";
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const device of devices) {
      await device.decide();
      const { outcome } = await device.diary.sync();
      if (outcome !== "done") throw new Error(`a sync on a good network ended with ${outcome}`);
    }
    const left = await Promise.all(devices.map((device) => device.diary.status()));
    const now = JSON.stringify(left.map(({ waiting, refused, conflicts }) => [waiting, refused, conflicts]));
    if (/^[[\],0]*$/.test(now) && now === before) return;
    before = now;
  }
  const refused = (await Promise.all(devices.map((device) => device.diary.refused()))).flat();
  throw new Error(`there is something left after ${ROUNDS} rounds: ${before} ${JSON.stringify(refused)}`);
}

async function allEntries({ diary }: Device): Promise<Entry[]> {
  const found: Entry[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = cursor ? { cursor } : {};
    const path = { patient: "me" };
    const page = await diary.connection.request("get", "/api/v1/patients/{patient}/entries", { path, query });
    found.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor);
  return found;
}

const { url, lives } = JSON.parse(readFileSync(0, "utf8")) as { url: string; lives: Life[] };
const queue = [...lives];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let life = queue.pop(); life; life = queue.pop()) {
      const { seed } = life;
      const faults = await live(life, url).catch((error: unknown) => [String(error)]);
      for (const fault of faults) console.log(`life ${seed}: ${fault}`);
    }
  }),
);
console.log(JSON.stringify(total));
