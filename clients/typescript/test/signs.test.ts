import assert from "node:assert/strict";
import { test } from "node:test";
import type { DangerSign, Options, Store } from "../src/index.ts";
import { advice, countryOf } from "../src/signs/wording.ts";
import { phone, settled } from "./phone.ts";
import { Service } from "./service.ts";
import type { Raised } from "../src/shapes.ts";

const CAUDA_EQUINA: Raised = {
  ...{ alert: "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b21", rule: "cauda_equina", tier: "emergency", title: "", advice: "" },
  ...{ call: "112", state: "open", news: true, stored: true },
};
const offline = (): Service => {
  const service = new Service();
  service.fates.push(...Array.from({ length: 50 }, () => "lost before" as const));
  return service;
};

test("without a network a danger sign is shown before the entry is recorded", async () => {
  const alice = phone(offline());
  const { signs } = await alice.diary.record({ symptoms: { saddle_numbness: true, cough: true } });
  assert.partialDeepStrictEqual(alice.signs, [
    { stage: "noted", rule: "cauda_equina", tier: "emergency", signs: ["saddle_numbness"], news: true, stored: false },
  ]);
  assert.deepEqual(signs, alice.signs);
});

test("advice speaks to a person whose own diary is named by its id", async () => {
  const words = async (about: Partial<Options>): Promise<string> => {
    const { signs } = await phone(offline(), about).diary.record({ symptoms: { saddle_numbness: true } });
    return signs[0]!.advice;
  };
  const patient = "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b21";
  assert.equal(await words({ patient, own: true }), await words({}));
  assert.notEqual(await words({ patient }), await words({}));
});

test("recording waits until the app has finished showing it", async () => {
  const order: string[] = [];
  const { diary } = phone(offline(), {
    onDangerSign: async () => {
      await settled();
      order.push("shown");
    },
  });
  await diary.record({ symptoms: { collapse: true } });
  order.push("recorded");
  assert.deepEqual(order, ["shown", "recorded"]);
});

test("what was recorded goes up while the person still reads what to do", async () => {
  const service = new Service();
  const { diary } = phone(service, { onDangerSign: () => new Promise(() => undefined) });
  void diary.record({ symptoms: { collapse: true } });
  await settled();
  assert.equal((await diary.sync()).outcome, "done");
  assert.equal(service.rows.size, 1);
});

test("the most severe is first, and each rule comes once with all its signs", async () => {
  const alice = phone(offline());
  await alice.diary.record({ symptoms: { leg_weak: true, bladder_change: true, unable_to_walk: true } });
  assert.deepEqual(
    alice.signs.map((sign) => [sign.rule, sign.signs]),
    [
      ["cauda_equina", ["bladder_change", "unable_to_walk"]],
      ["new_neurology", ["leg_weak"]],
    ],
  );
});

test("a sign comes once, and once more when another is added", async () => {
  const alice = phone(offline());
  const { content } = await alice.diary.record({ symptoms: { saddle_numbness: true } });
  await alice.diary.change(content.id, { note: "since noon" });
  assert.equal(alice.signs.length, 1);
  await alice.diary.change(content.id, { symptoms: { saddle_numbness: true, both_legs_weak: true } });
  assert.equal(alice.signs.length, 2);
});

test("two entries of a day make a sign together, but not two days", async () => {
  const alice = phone(offline());
  await alice.diary.record({ symptoms: { sudden_breathlessness: true } });
  await alice.diary.record({ worse_on_deep_breath: true }, { date: "2026-03-01" });
  assert.equal(alice.signs.length, 0);
  await alice.diary.record({ worse_on_deep_breath: true });
  assert.deepEqual(alice.signs[0]!.signs, ["sudden_breathlessness"]);
});

test("no and not answered are no signs", async () => {
  const alice = phone(offline());
  await alice.diary.record({ symptoms: { saddle_numbness: false }, sites: ["leg"] });
  await alice.diary.record({ symptoms: null, sites: [], worst_pain: 10 });
  assert.deepEqual(alice.signs, []);
});

test("a broken bone in the back after a small fall is a sign of an event", async () => {
  const alice = phone(offline());
  const event = { id: "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b15", kind: "fracture", date: "2026-03-01" } as const;
  await alice.diary.put("event", { ...event, trauma: "minor", site: "mid_back" });
  assert.deepEqual(alice.signs[0]!.signs, ["spinal_fracture"]);
});

test("an app that dies while showing a sign shows it at its next start", async () => {
  const service = offline();
  const dying = phone(service, { onDangerSign: () => new Promise(() => undefined) });
  void dying.diary.record({ symptoms: { saddle_numbness: true } });
  await settled();
  const again = phone(service, { store: dying.store });
  await again.diary.open();
  assert.equal(again.signs[0]!.rule, "cauda_equina");
  await again.diary.open();
  assert.equal(again.signs.length, 1);
});

test("a sign that is added while another is being read is shown too", async () => {
  const shown: string[][] = [];
  let close = (): void => undefined;
  const { diary } = phone(offline(), {
    onDangerSign: (sign) => {
      shown.push(sign.signs);
      return shown.length === 1 ? new Promise<void>((resolve) => (close = resolve)) : undefined;
    },
  });
  const first = diary.record({ symptoms: { saddle_numbness: true } });
  await settled();
  const [entry] = await diary.list("entry");
  const second = diary.change(entry!.id, { symptoms: { saddle_numbness: true, both_legs_weak: true } });
  await settled();
  close();
  await Promise.all([first, second]);
  assert.deepEqual(shown, [["saddle_numbness"], ["saddle_numbness", "both_legs_weak"]]);
});

test("an app that fails to show what has changed still hears of danger signs", async () => {
  const service = new Service();
  service.raises = () => [CAUDA_EQUINA];
  const errors: unknown[] = [];
  const alice = phone(service, { onChange: () => assert.fail("no list"), onError: (error) => errors.push(error) });
  await alice.diary.record({ worst_pain: 3 });
  assert.equal((await alice.diary.sync()).outcome, "done");
  await settled();
  assert.deepEqual(alice.signs.map((sign) => sign.stage), ["raised"]);
  assert.ok(errors.length > 0);
});

test("what the last sync finds is shown before signing out clears it", async () => {
  const service = new Service();
  service.raises = () => [CAUDA_EQUINA];
  const alice = phone(service);
  await alice.diary.record({ worst_pain: 3 });
  await alice.diary.signOut();
  assert.deepEqual(alice.signs.map((sign) => sign.stage), ["raised"]);
});

test("a handler that fails is called again at the next start", async () => {
  const errors: unknown[] = [];
  const failing = phone(offline(), {
    onDangerSign: () => assert.fail("no screen"),
    onError: (error) => errors.push(error),
  });
  const { content } = await failing.diary.record({ symptoms: { saddle_numbness: true } });
  assert.equal(errors.length, 1);
  const again = phone(offline(), { store: failing.store });
  await again.diary.open();
  assert.deepEqual(again.signs[0]!.id, content.id);
});

test("a sign is shown even when the device can't keep the entry", async () => {
  const full: Store = { transact: () => Promise.reject(new Error("the disk is full")) };
  const signs: DangerSign[] = [];
  const { diary } = phone(offline(), { store: full, onDangerSign: (sign) => signs.push(sign) });
  await assert.rejects(diary.record({ symptoms: { saddle_numbness: true } }), /the disk is full/);
  assert.equal(signs[0]!.rule, "cauda_equina");
});

test("what the service finds comes once for each alert, and again for what is news", async () => {
  const service = new Service();
  service.raises = () => [CAUDA_EQUINA];
  const alice = phone(service);
  const { content } = await alice.diary.record({ worst_pain: 3 });
  await alice.diary.sync();
  service.raises = () => [{ ...CAUDA_EQUINA, news: false }];
  await alice.diary.change(content.id, { worst_pain: 4 });
  await alice.diary.sync();
  await settled();
  assert.deepEqual(alice.signs.map((sign) => sign.stage), ["raised"]);
  service.raises = () => [CAUDA_EQUINA];
  await alice.diary.change(content.id, { worst_pain: 5 });
  await alice.diary.sync();
  await settled();
  assert.equal(alice.signs.length, 2);
});

test("a sign whose first answer was lost is news, though the service has told it once", async () => {
  const service = new Service();
  service.fates.push("lost after");
  let times = 0;
  service.raises = () => [{ ...CAUDA_EQUINA, news: (times += 1) === 1 }];
  const alice = phone(service);
  await alice.diary.record({ worst_pain: 3 });
  await alice.diary.sync();
  await alice.diary.sync();
  await settled();
  assert.partialDeepStrictEqual(alice.signs, [{ stage: "raised", news: true, alert: CAUDA_EQUINA.alert }]);
});

test("the number is that of the profile's country, else of the zone, else 112 with a hint", () => {
  const sign = { rule: "cauda_equina", tier: "emergency" };
  const about = { date: "2026-03-02", today: "2026-03-02", own: true, language: "en" };
  const call = (place: object): unknown => advice(sign, { ...about, place }).call;
  assert.equal(call({ region: "US", timeZone: "Europe/Madrid" }), "911");
  assert.equal(call({ timeZone: "America/New_York" }), "911");
  assert.equal(call({ timeZone: "Asia/Calcutta" }), "112");
  assert.equal(countryOf({ timeZone: "Asia/Calcutta" }), "IN");
  assert.equal(call({ timeZone: "UTC" }), "112");
  assert.match(advice(sign, { ...about, place: {} }).advice, /112 or your local emergency number/);
});

test("what was weeks ago is told as that, and in the person's language", () => {
  const sign = { rule: "cauda_equina", tier: "emergency" };
  const about = { date: "2026-02-01", today: "2026-03-02", place: { region: "DE" }, own: true, language: "en" };
  assert.match(advice(sign, about).advice, /^If you still have this/);
  for (const language of ["de-AT", "es", "fr"]) {
    const { title, advice: text } = advice(sign, { ...about, language });
    assert.doesNotMatch(title + text, /\{|If you|weakness/);
    assert.match(text, /112/);
  }
});
