import assert from "node:assert/strict";
import { test } from "node:test";
import { phone, settled } from "./phone.ts";
import { Service } from "./service.ts";

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

test("what was read replaces the version that was read, whatever came in between", async () => {
  const service = new Service();
  const alice = phone(service);
  const tablet = phone(service);
  const { content } = await alice.diary.record({ worst_pain: 3 });
  for (const each of [alice, tablet]) await each.diary.sync();
  const read = (await alice.diary.get("entry", content.id))!;
  await tablet.diary.change(content.id, { note: "from the tablet" });
  await tablet.diary.sync();
  await alice.diary.sync();
  await alice.diary.put("entry", { ...read, worst_pain: 7 });
  await alice.diary.sync();
  await settled();
  assert.partialDeepStrictEqual(alice.conflicts, [{ mine: { worst_pain: 7 }, theirs: { note: "from the tablet" } }]);
});

test("what was read while it waited can be sent back after it went up", async () => {
  const service = new Service();
  const alice = phone(service);
  const { content: read } = await alice.diary.record({ worst_pain: 3 });
  await alice.diary.sync();
  await alice.diary.put("entry", { ...read, worst_pain: 4 });
  await alice.diary.sync();
  await alice.diary.put("entry", { ...(await alice.diary.get("entry", read.id))!, worst_pain: 5 });
  await alice.diary.sync();
  assert.deepEqual(alice.conflicts, []);
  assert.partialDeepStrictEqual(service.rows.get(read.id)!, { version: 3, data: { worst_pain: 5 } });
});

test("a deletion of what was read is a conflict where it was changed since", async () => {
  const service = new Service();
  const alice = phone(service);
  const tablet = phone(service);
  const { content } = await alice.diary.record({ worst_pain: 3 });
  for (const each of [alice, tablet]) await each.diary.sync();
  await tablet.diary.change(content.id, { symptoms: { collapse: true } });
  await tablet.diary.sync();
  await alice.diary.remove("entry", content);
  await alice.diary.sync();
  await settled();
  assert.partialDeepStrictEqual(alice.conflicts, [{ mine: null, theirs: { symptoms: { collapse: true } } }]);
});

for (const choice of ["theirs", "both"] as const) {
  for (const opened of ["while it waited", "while it was in conflict"] as const) {
    test(`what was opened ${opened} replaces nothing that was chosen since: ${choice}`, async () => {
      const service = new Service();
      const alice = phone(service);
      const tablet = phone(service);
      const { content } = await alice.diary.record({ worst_pain: 3 });
      for (const each of [alice, tablet]) await each.diary.sync();
      await tablet.diary.change(content.id, { note: "from the tablet" });
      await tablet.diary.sync();
      const waits = (await alice.diary.change(content.id, { worst_pain: 7 })).content;
      await alice.diary.sync();
      await settled();
      const open = opened === "while it waited" ? waits : (await alice.diary.get("entry", content.id))!;
      const [conflict] = alice.conflicts;
      const made = choice === "theirs" ? choice : { ...conflict!.theirs!, worst_pain: 7 };
      await alice.diary.resolve(conflict!, made as never);
      await alice.diary.put("entry", { ...open, took_medicine: true } as never);
      await alice.diary.sync();
      await settled();
      assert.partialDeepStrictEqual(service.rows.get(content.id)!.data, { note: "from the tablet" });
      assert.partialDeepStrictEqual(alice.conflicts[1], { theirs: { note: "from the tablet" } });
    });
  }
}

test("what was opened while it waited and refused replaces nothing that came since", async () => {
  const service = new Service();
  const alice = phone(service);
  const tablet = phone(service);
  const { content } = await alice.diary.record({ worst_pain: 3 });
  for (const each of [alice, tablet]) await each.diary.sync();
  service.refuses = () => ({ type: "about:blank", title: "", status: 400, detail: "" });
  await alice.diary.change(content.id, { worst_pain: 7 });
  await alice.diary.sync();
  const open = (await alice.diary.get("entry", content.id))!;
  service.refuses = () => undefined;
  await tablet.diary.change(content.id, { note: "from the tablet" });
  await tablet.diary.sync();
  await alice.diary.letGo("entry", content.id);
  await alice.diary.sync();
  await alice.diary.put("entry", { ...open, worst_pain: 6 });
  await alice.diary.sync();
  await settled();
  assert.partialDeepStrictEqual(alice.conflicts, [{ mine: { worst_pain: 6 }, theirs: { note: "from the tablet" } }]);
});

test("a deletion of what was just recorded is a conflict where it was changed since", async () => {
  const service = new Service();
  const alice = phone(service);
  const tablet = phone(service);
  const { content } = await alice.diary.record({ worst_pain: 3 });
  for (const each of [alice, tablet]) await each.diary.sync();
  await tablet.diary.change(content.id, { symptoms: { collapse: true } });
  for (const each of [tablet, alice]) await each.diary.sync();
  await alice.diary.remove("entry", content);
  await alice.diary.sync();
  await settled();
  assert.partialDeepStrictEqual(alice.conflicts, [{ mine: null, theirs: { symptoms: { collapse: true } } }]);
  assert.ok(service.asked.every(({ changes }) => changes.every(({ op, if_version }) => op === "put" || if_version)));
});

test("a conflict ends where both have deleted it in the end", async () => {
  const service = new Service();
  const alice = phone(service);
  const tablet = phone(service);
  const { content } = await alice.diary.record({ worst_pain: 3 });
  for (const each of [alice, tablet]) await each.diary.sync();
  await tablet.diary.change(content.id, { worst_pain: 5 });
  await tablet.diary.sync();
  await alice.diary.remove("entry", content);
  await alice.diary.sync();
  await tablet.diary.remove("entry", content.id);
  for (const each of [tablet, alice]) await each.diary.sync();
  assert.deepEqual(await alice.diary.conflicts(), []);
  assert.equal(await alice.diary.get("entry", content.id), null);
});
