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

test("an edit made while an answer is missing follows it, and conflicts with nobody", async () => {
  const service = new Service();
  service.fates.push("lost after");
  const alice = phone(service);
  const { content } = await alice.diary.record({ worst_pain: 3 });
  await alice.diary.sync();
  await alice.diary.change(content.id, { symptoms: { saddle_numbness: true } });
  await alice.diary.sync();
  assert.deepEqual(alice.conflicts, []);
  const stored = service.rows.get(content.id)!;
  assert.partialDeepStrictEqual(stored, { version: 2, data: { worst_pain: 3, symptoms: { saddle_numbness: true } } });
});

test("a lost edit that another device has overtaken since is recognised", async () => {
  const service = new Service();
  const phoneOfAlice = phone(service);
  const tablet = phone(service);
  const { content } = await phoneOfAlice.diary.record({ worst_pain: 3 });
  await phoneOfAlice.diary.sync();
  service.fates.push("lost after");
  await phoneOfAlice.diary.change(content.id, { worst_pain: 5 });
  await phoneOfAlice.diary.sync();
  await tablet.diary.sync();
  await tablet.diary.change(content.id, { note: "from the tablet" });
  await tablet.diary.sync();
  assert.equal((await phoneOfAlice.diary.sync()).outcome, "done");
  assert.deepEqual(phoneOfAlice.conflicts, []);
  assert.partialDeepStrictEqual(await phoneOfAlice.diary.get("entry", content.id), { worst_pain: 5, note: "from the tablet" });
});

test("an edit that rests on an overtaken one replaces nothing unseen", async () => {
  const service = new Service();
  const alice = phone(service);
  const tablet = phone(service);
  const { content } = await alice.diary.record({ worst_pain: 3 });
  service.fates.push("lost after");
  await alice.diary.sync();
  await alice.diary.change(content.id, { worst_pain: 9 });
  await tablet.diary.sync();
  await tablet.diary.change(content.id, { note: "from the tablet" });
  await tablet.diary.sync();
  await alice.diary.sync();
  await settled();
  assert.partialDeepStrictEqual(alice.conflicts, [{ mine: { worst_pain: 9 }, theirs: { note: "from the tablet" } }]);
});

test("both versions of a conflict are kept until somebody chooses", async () => {
  const service = new Service();
  const alice = phone(service);
  const tablet = phone(service);
  const { content } = await alice.diary.record({ worst_pain: 3 });
  await alice.diary.sync();
  await tablet.diary.sync();
  await tablet.diary.change(content.id, { worst_pain: 8 });
  await tablet.diary.sync();
  await alice.diary.change(content.id, { worst_pain: 1 });
  await alice.diary.sync();
  const again = phone(service, { store: alice.store });
  await again.diary.open();
  const [conflict] = await again.diary.conflicts();
  assert.partialDeepStrictEqual(conflict, { mine: { worst_pain: 1 }, theirs: { worst_pain: 8 } });
  await again.diary.resolve(conflict!, { ...conflict!.theirs!, ...{ note: "both" } } as never);
  await again.diary.sync();
  assert.deepEqual(await again.diary.conflicts(), []);
  assert.partialDeepStrictEqual(service.rows.get(content.id)!, { version: 3, data: { worst_pain: 8, note: "both" } });
});

test("what was edited here and deleted there is a conflict, and can be kept under a new id", async () => {
  const service = new Service();
  const alice = phone(service);
  const tablet = phone(service);
  const { content } = await alice.diary.record({ worst_pain: 3 });
  await alice.diary.sync();
  await tablet.diary.sync();
  await tablet.diary.remove("entry", content.id);
  await tablet.diary.sync();
  await alice.diary.change(content.id, { note: "still here" });
  await alice.diary.sync();
  await settled();
  assert.partialDeepStrictEqual(alice.conflicts, [{ mine: { note: "still here" }, theirs: null }]);
  const id = await alice.diary.resolve(alice.conflicts[0]!, "mine");
  await alice.diary.sync();
  assert.notEqual(id, content.id);
  assert.partialDeepStrictEqual(service.rows.get(id!)!.data, { id, note: "still here" });
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

test("a choice replaces the version that the person has seen, and no later one", async () => {
  const service = new Service();
  const alice = phone(service);
  const tablet = phone(service);
  const { content } = await alice.diary.record({ worst_pain: 3 });
  for (const each of [alice, tablet]) await each.diary.sync();
  await alice.diary.change(content.id, { worst_pain: 1 });
  for (const worst_pain of [8, 9]) {
    await tablet.diary.change(content.id, { worst_pain });
    await tablet.diary.sync();
    await alice.diary.sync();
  }
  await settled();
  assert.partialDeepStrictEqual(alice.conflicts, [{ theirs: { worst_pain: 8 } }]);
  await alice.diary.resolve(alice.conflicts[0]!, "mine");
  await alice.diary.sync();
  await settled();
  assert.partialDeepStrictEqual(alice.conflicts[1], { mine: { worst_pain: 1 }, theirs: { worst_pain: 9 } });
});
