import assert from "node:assert/strict";
import { test } from "node:test";
import { DeletedError, newId } from "../src/index.ts";
import type { Answers, Store } from "../src/index.ts";
import { MOST_BYTES, utf8Length } from "../src/queue/batch.ts";
import { edit } from "../src/queue/edit.ts";
import { MORNING, phone } from "./phone.ts";
import { Service } from "./service.ts";

const manyEntries = (store: Store, count: number, answers: Answers): Promise<void> =>
  store.transact(async (rows) => {
    for (let at = 0; at < count; at += 1) {
      const day = { date: "2026-03-01", recorded_at: "2026-03-01T08:00:00Z", time_zone: "UTC" };
      const data = { id: newId(), ...day, ...answers };
      await edit(rows, { type: "entry", id: data.id, op: "put", data }, MORNING, false);
    }
  });

test("what was edited before it went up goes up once, as it was last", async () => {
  const service = new Service();
  const { diary } = phone(service);
  const { content } = await diary.record({ worst_pain: 3 });
  await diary.change(content.id, { worst_pain: 4 });
  await diary.change(content.id, { note: "Walked to the market." });
  assert.equal((await diary.sync()).outcome, "done");
  assert.deepEqual(service.asked[0]!.changes.length, 1);
  assert.partialDeepStrictEqual(service.rows.get(content.id)!.data, { worst_pain: 4, note: "Walked to the market." });
  assert.equal(service.rows.get(content.id)!.version, 1);
});

test("what was deleted before it went up never goes up", async () => {
  const service = new Service();
  const { diary } = phone(service);
  const { content } = await diary.record({ worst_pain: 3 });
  await diary.remove("entry", content.id);
  await diary.sync();
  assert.deepEqual(service.asked[0]!.changes, []);
  assert.deepEqual(await diary.list("entry"), []);
});

test("a deletion of what this device has never seen goes up too", async () => {
  const service = new Service();
  const { diary } = phone(service);
  await diary.remove("entry", "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b15");
  await diary.sync();
  assert.partialDeepStrictEqual(service.asked[0]!.changes, [{ op: "delete", if_version: null }]);
});

test("an edit of what the service has says which version it replaces", async () => {
  const service = new Service();
  const { diary } = phone(service);
  const { content } = await diary.record({ worst_pain: 3 });
  await diary.sync();
  await diary.change(content.id, { worst_pain: 5 });
  await diary.change(content.id, { worst_pain: 6 });
  await diary.sync();
  assert.deepEqual(
    service.asked.flatMap((asked) => asked.changes.map((change) => change.if_version)),
    [null, 1],
  );
  assert.equal(service.rows.get(content.id)!.version, 2);
});

test("a deleted id can't be written again", async () => {
  const { diary } = phone(new Service());
  const { content } = await diary.record({ worst_pain: 3 });
  await diary.sync();
  await diary.remove("entry", content.id);
  await assert.rejects(diary.put("entry", content), DeletedError);
  await diary.sync();
  await assert.rejects(diary.put("entry", content), DeletedError);
});

test("more than 1,000 changes go up in several requests", async () => {
  const service = new Service();
  const { diary, store } = phone(service);
  await manyEntries(store, 1100, { worst_pain: 1 });
  assert.equal((await diary.sync()).outcome, "done");
  assert.deepEqual(service.asked.map((asked) => asked.changes.length).filter(Boolean), [1000, 100]);
});

test("no request is larger than 2 MiB, whatever the notes are made of", async () => {
  const service = new Service();
  service.fates.push(...Array.from({ length: 9 }, () => (asked: unknown) => {
    assert.ok(Buffer.byteLength(JSON.stringify(asked)) <= 2 * 1024 * 1024);
    return undefined;
  }));
  const { diary, store } = phone(service);
  await manyEntries(store, 700, { note: "é\u{1f600}".repeat(1300) });
  assert.equal((await diary.sync()).outcome, "done");
  assert.equal(service.rows.size, 700);
  assert.equal(service.asked.filter((asked) => asked.changes.length > 0).length, 3);
});

test("bytes are counted as they are sent", () => {
  for (const text of ["", "plain", "é", "€", "\u{1f600}", '\ud800"\u0000'].map((each) => JSON.stringify(each))) {
    assert.equal(utf8Length(text), Buffer.byteLength(text));
  }
  assert.ok(MOST_BYTES < 2 * 1024 * 1024);
});

test("danger signs go first", async () => {
  const service = new Service();
  const { diary } = phone(service);
  await diary.record({ worst_pain: 3 });
  const { content } = await diary.record({ symptoms: { saddle_numbness: true } });
  await diary.sync();
  assert.equal(service.asked[0]!.changes[0]!.id, content.id);
});
