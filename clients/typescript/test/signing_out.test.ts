import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore, NoAnswer, StillWaiting } from "../src/index.ts";
import type { Secrets } from "../src/index.ts";
import { phone } from "./phone.ts";
import { Service } from "./service.ts";

const SESSION = "DELETE /api/auth/app/v1/auth/session Bearer token";
const keyStore = (kept: Map<string, string | null>): Secrets => ({
  get: async (name) => kept.get(name),
  set: async (name, value) => void kept.set(name, value),
});

test("what is on this device only is not lost unasked", async () => {
  const service = new Service();
  service.fates.push("lost before", "lost before");
  const { diary } = phone(service);
  await diary.record({ worst_pain: 3 });
  await assert.rejects(diary.signOut(), StillWaiting);
  assert.equal((await diary.status()).waiting, 1);
});

test("without a network the session ends at the next sync that has one", async () => {
  const service = new Service();
  const kept = new Map<string, string | null>([["token", "token"]]);
  const store = new MemoryStore();
  const { diary } = phone(service, { store, secrets: keyStore(kept) });
  await diary.record({ note: "my health" });
  service.fates.push("lost before", "lost before");
  await diary.signOut({ discard: true });
  assert.equal(store.kept.size, 0);
  assert.equal(kept.get("token"), null);
  assert.doesNotMatch([...kept.values()].join(), /health/);
  const { outcome, retryAt } = await diary.sync();
  assert.equal(outcome, "signed_out");
  assert.ok(retryAt);
  assert.deepEqual(service.others, []);
  const again = phone(service, { store, secrets: keyStore(kept) });
  assert.deepEqual(await again.diary.sync(), { outcome: "signed_out", retryAt: null });
  await again.diary.sync();
  assert.deepEqual(service.others, [SESSION]);
});

test("so do the messages that were pushed to this device, and before the session", async () => {
  const service = new Service();
  const { diary } = phone(service, { secrets: keyStore(new Map([["token", "token"]])) });
  await diary.push.register({ platform: "android", pushToken: "a-token" });
  const id = service.others[0]!.split(" ")[1];
  service.fates.push("lost before");
  await diary.signOut({ discard: true });
  await diary.sync();
  assert.deepEqual(service.others.slice(1), [`DELETE ${id} Bearer token`, SESSION]);
});

test("a cookie that can't be ended is not said to be", async () => {
  const service = new Service();
  const { diary } = phone(service, { secrets: undefined, cookies: true });
  service.fates.push("lost before");
  await assert.rejects(diary.signOut({ discard: true }), NoAnswer);
});

test("somebody who isn't signed in can clear the device without a network", async () => {
  const service = new Service();
  const store = new MemoryStore();
  const { diary } = phone(service, { store, secrets: keyStore(new Map()) });
  await diary.record({ worst_pain: 3 });
  service.fates.push("lost before");
  await diary.signOut({ discard: true });
  assert.equal(store.kept.size, 0);
});
