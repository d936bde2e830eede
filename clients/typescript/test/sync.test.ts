import assert from "node:assert/strict";
import { test } from "node:test";
import { phone, settled } from "./phone.ts";
import { Service, json, problem } from "./service.ts";

test("an answer that never arrived: the same goes up again, and is there once", async () => {
  const service = new Service();
  service.fates.push("lost after");
  const { diary } = phone(service);
  const { content } = await diary.record({ worst_pain: 3 });
  assert.equal((await diary.sync()).outcome, "later");
  assert.equal((await diary.sync()).outcome, "done");
  assert.deepEqual(service.asked[0]!.changes, service.asked[1]!.changes);
  assert.equal(service.rows.get(content.id)!.version, 1);
  assert.equal((await diary.status()).waiting, 0);
});

test("a change that is refused holds back nothing, stays, and can be put right", async () => {
  const service = new Service();
  const fault = problem(400, { errors: [{ pointer: "/data/worst_pain", code: "invalid_value", detail: "0 to 10" }] });
  service.refuses = (change) => ((change.data as { worst_pain?: number }).worst_pain === 11 ? fault : undefined);
  const alice = phone(service);
  const { content: bad } = await alice.diary.record({ worst_pain: 11 });
  const { content: good } = await alice.diary.record({ worst_pain: 5 });
  assert.equal((await alice.diary.sync()).outcome, "done");
  await settled();
  assert.ok(service.rows.has(good.id));
  assert.partialDeepStrictEqual(alice.refused, [{ id: bad.id, data: { worst_pain: 11 }, problem: { status: 400 } }]);
  assert.partialDeepStrictEqual(await alice.diary.get("entry", bad.id), { worst_pain: 11 });
  await alice.diary.change(bad.id, { worst_pain: 10 });
  await alice.diary.sync();
  assert.deepEqual(await alice.diary.refused(), []);
  assert.partialDeepStrictEqual(service.rows.get(bad.id)!.data, { worst_pain: 10 });
});

test("a request that is too large for something on the way goes up in parts", async () => {
  const service = new Service();
  const tooLarge = (asked: { changes: unknown[] }): Response | undefined =>
    asked.changes.length > 3 ? json(413, problem(413)) : undefined;
  service.fates.push(...Array.from({ length: 12 }, () => tooLarge));
  const { diary } = phone(service);
  for (let at = 0; at < 10; at += 1) await diary.record({ worst_pain: at });
  assert.equal((await diary.sync()).outcome, "done");
  assert.equal(service.rows.size, 10);
});

test("Retry-After is honoured, also by an impatient tap", async () => {
  const service = new Service();
  service.fates.push(json(429, problem(429), { "Retry-After": "60" }));
  const alice = phone(service);
  await alice.diary.record({ worst_pain: 3 });
  const { outcome, retryAt } = await alice.diary.sync();
  assert.equal(outcome, "later");
  assert.ok(retryAt!.getTime() >= alice.clock.now.getTime() + 60_000);
  await alice.diary.sync();
  assert.equal(service.asked.length, 1);
  alice.clock.now = retryAt!;
  assert.equal((await alice.diary.sync()).outcome, "done");
});

test("a diary that is full for today keeps what waits", async () => {
  const service = new Service();
  service.refuses = () => problem(429);
  const { diary } = phone(service);
  await diary.record({ worst_pain: 3 });
  assert.equal((await diary.sync()).outcome, "later");
  assert.partialDeepStrictEqual(await diary.status(), { waiting: 1, refused: 0 });
});

test("an ended session keeps everything and asks to sign in", async () => {
  const service = new Service();
  service.fates.push(json(401, problem(401)));
  let asked = 0;
  const { diary } = phone(service, { onSignedOut: () => (asked += 1) });
  await diary.record({ worst_pain: 3 });
  assert.equal((await diary.sync()).outcome, "signed_out");
  assert.equal(asked, 1);
  assert.equal((await diary.status()).waiting, 1);
});

test("a service restored from a backup gets back what it has forgotten", async () => {
  const service = new Service();
  const { diary, store } = phone(service);
  const { content } = await diary.record({ worst_pain: 3 });
  await diary.sync();
  const restored = new Service();
  restored.fates.push(json(400, problem(400, { errors: [{ pointer: "/cursor", code: "invalid_value", detail: "" }] })));
  const again = phone(restored, { store });
  assert.equal((await again.diary.sync()).outcome, "done");
  assert.partialDeepStrictEqual(restored.rows.get(content.id)!.data, { worst_pain: 3 });
});
