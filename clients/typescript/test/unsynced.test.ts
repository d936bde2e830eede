import assert from "node:assert/strict";
import { test } from "node:test";
import { MORNING, phone } from "./phone.ts";
import { Service } from "./service.ts";

const HOUR = 3_600_000;
const later = (hours: number): Date => new Date(MORNING.getTime() + hours * HOUR);
const offline = (): Service => {
  const service = new Service();
  service.fates.push(...Array.from({ length: 50 }, () => "lost before" as const));
  return service;
};

test("two days with something on this device only are said, once, and again after two more", async () => {
  const alice = phone(offline());
  await alice.diary.record({ worst_pain: 3 });
  for (const hours of [47, 48, 60, 95, 96]) {
    alice.clock.now = later(hours);
    await alice.diary.sync();
  }
  assert.deepEqual(
    alice.unsynced.map(({ days, waiting, dangerSign }) => [days, waiting, dangerSign]),
    [
      [2, 1, false],
      [4, 1, false],
    ],
  );
  assert.equal(alice.unsynced[0]!.since, MORNING.toISOString());
});

test("a danger sign that nobody else knows of is said after an hour", async () => {
  const alice = phone(offline());
  await alice.diary.record({ symptoms: { saddle_numbness: true } });
  alice.clock.now = later(1);
  await alice.diary.sync();
  assert.partialDeepStrictEqual(alice.unsynced, [{ days: 0, waiting: 1, dangerSign: true }]);
});

test("it is said at the start of an app that was not opened for days", async () => {
  const service = offline();
  const alice = phone(service);
  await alice.diary.record({ worst_pain: 3 });
  const again = phone(service, { store: alice.store });
  again.clock.now = later(24 * 5);
  await again.diary.open();
  assert.equal(again.unsynced[0]!.days, 5);
});

test("nothing is said once everything is up", async () => {
  const alice = phone(new Service());
  await alice.diary.record({ worst_pain: 3 });
  await alice.diary.sync();
  alice.clock.now = later(100);
  await alice.diary.sync();
  assert.deepEqual(alice.unsynced, []);
});
