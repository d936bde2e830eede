import assert from "node:assert/strict";
import { test } from "node:test";
import { Auto } from "../src/auto.ts";
import { askedSeconds, backoffSeconds } from "../src/queue/backoff.ts";
import { retryAfter } from "../src/connection.ts";
import type { Synced } from "../src/sync.ts";

const AT = new Date("2026-03-02T07:30:00Z");

/** Syncs by itself, with outcomes as given, then done; `syncs` counts them, `faults` is what went wrong. */
function automatic(...outcomes: (Synced | Error)[]): { auto: Auto; syncs: () => number; faults: unknown[] } {
  let count = 0;
  const faults: unknown[] = [];
  const sync = async (): Promise<Synced> => {
    count += 1;
    const outcome = outcomes.shift() ?? { outcome: "done", retryAt: null };
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { auto: new Auto(sync, () => AT, (fault) => faults.push(fault)), syncs: () => count, faults };
}
const turn = async (): Promise<void> => {
  for (let at = 0; at < 5; at += 1) await Promise.resolve();
};

test("it syncs at the start, soon after a change, and now and then", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { auto, syncs } = automatic();
  auto.start();
  t.mock.timers.tick(0);
  await turn();
  assert.equal(syncs(), 1);
  auto.changed();
  auto.changed();
  t.mock.timers.tick(500);
  await turn();
  assert.equal(syncs(), 2);
  t.mock.timers.tick(15 * 60_000);
  await turn();
  assert.equal(syncs(), 3);
  auto.stop();
  t.mock.timers.tick(60 * 60_000);
  assert.equal(syncs(), 3);
});

test("after a failure it tries again when it is time, and after the end of the session not at all", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const later: Synced = { outcome: "later", retryAt: new Date(AT.getTime() + 30_000) };
  const { auto, syncs } = automatic(later, { outcome: "signed_out", retryAt: null });
  auto.start();
  t.mock.timers.tick(0);
  await turn();
  t.mock.timers.tick(29_999);
  await turn();
  assert.equal(syncs(), 1);
  t.mock.timers.tick(1);
  await turn();
  assert.equal(syncs(), 2);
  auto.changed();
  t.mock.timers.tick(60 * 60_000);
  await turn();
  assert.equal(syncs(), 2);
});

test("a fault is reported and does not end it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const full = new Error("the disk is full");
  const { auto, syncs, faults } = automatic(full);
  auto.start();
  t.mock.timers.tick(0);
  await turn();
  t.mock.timers.tick(60_000);
  await turn();
  assert.equal(syncs(), 2);
  assert.deepEqual(faults, [full]);
});

test("while a session waits to be ended it goes on", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { auto, syncs } = automatic({ outcome: "signed_out", retryAt: new Date(AT.getTime() + 1000) });
  auto.start();
  t.mock.timers.tick(0);
  await turn();
  t.mock.timers.tick(1000);
  await turn();
  assert.equal(syncs(), 2);
});

test("it syncs when a page gets its network back", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const listeners = new Map<string, () => void>();
  const page = globalThis as { addEventListener?: unknown };
  page.addEventListener = (type: string, listener: () => void) => listeners.set(type, listener);
  t.after(() => delete page.addEventListener);
  const { auto, syncs } = automatic();
  auto.start();
  t.mock.timers.tick(0);
  await turn();
  listeners.get("online")!();
  t.mock.timers.tick(0);
  await turn();
  assert.equal(syncs(), 2);
  auto.stop();
});

test("waits grow, are spread by chance, and end at five minutes", () => {
  const waits = [0, 1, 5, 8, 30].map((failures) => [0, 1].map((chance) => backoffSeconds(failures, () => chance)));
  assert.deepEqual(waits, [[0.5, 1], [1, 2], [16, 32], [128, 256], [150, 300]]);
  assert.ok(askedSeconds(60, () => 0) >= 60);
});

test("Retry-After is a number of seconds or a date", () => {
  const now = Date.parse("2026-03-02T07:30:00Z");
  assert.equal(retryAfter("120", now), 120);
  assert.equal(retryAfter("Mon, 02 Mar 2026 07:31:00 GMT", now), 60);
  assert.equal(retryAfter("Mon, 02 Mar 2026 07:00:00 GMT", now), 0);
  assert.equal(retryAfter("soon", now), null);
  assert.equal(retryAfter(null, now), null);
});
