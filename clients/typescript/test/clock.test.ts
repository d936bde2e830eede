import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, daysBetween, localMoment, offsetMinutes, phoneZone } from "../src/clock.ts";

test("the date is the one on the wall where the person is", () => {
  const now = new Date("2026-03-01T23:30:00Z");
  assert.equal(localMoment(now, "Europe/Madrid").date, "2026-03-02");
  assert.equal(localMoment(now, "America/Lima").date, "2026-03-01");
  assert.equal(localMoment(now, "Pacific/Kiritimati").date, "2026-03-02");
  assert.equal(localMoment(now, "Pacific/Pago_Pago").date, "2026-03-01");
});

test("the instant carries the offset of that wall clock", () => {
  const { recorded_at } = localMoment(new Date("2026-07-01T06:00:00Z"), "Asia/Kathmandu");
  assert.equal(recorded_at, "2026-07-01T11:45:00+05:45");
  assert.equal(Date.parse(recorded_at), Date.parse("2026-07-01T06:00:00Z"));
});

test("when the clocks go forward and back, instants stay apart and in order", () => {
  const shown = ["2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].map(
    (instant) => localMoment(new Date(instant), "Europe/Madrid").recorded_at,
  );
  assert.deepEqual(shown, [
    "2026-03-29T01:59:00+01:00",
    "2026-03-29T03:00:00+02:00",
    "2026-10-25T02:30:00+02:00",
    "2026-10-25T02:30:00+01:00",
  ]);
});

test("a country that crossed the date line has no 30 December 2011", () => {
  const before = new Date("2011-12-30T09:59:00Z");
  assert.equal(localMoment(before, "Pacific/Apia").date, "2011-12-29");
  assert.equal(localMoment(new Date(before.getTime() + 60_000), "Pacific/Apia").date, "2011-12-31");
});

test("midnight is hour 0 of the new day", () => {
  assert.equal(localMoment(new Date("2026-03-01T23:00:00Z"), "Europe/Madrid").recorded_at, "2026-03-02T00:00:00+01:00");
});

test("a fixed offset will do where a phone knows no zone", () => {
  assert.equal(localMoment(new Date("2026-03-01T20:00:00Z"), "+05:30").recorded_at, "2026-03-02T01:30:00+05:30");
  assert.equal(offsetMinutes(new Date(), "-03:00"), -180);
});

test("without a named zone a phone gives the IANA name of its whole hours, else its offset", (t) => {
  t.mock.method(Intl.DateTimeFormat.prototype, "resolvedOptions", () => ({ timeZone: undefined }));
  const ahead = (minutes: number): Date => Object.assign(new Date(), { getTimezoneOffset: () => -minutes });
  assert.equal(phoneZone(ahead(120)), "Etc/GMT-2");
  assert.equal(phoneZone(ahead(-300)), "Etc/GMT+5");
  assert.equal(phoneZone(ahead(330)), "+05:30");
  assert.equal(phoneZone(ahead(0)), "UTC");
});

test("days are counted on the calendar", () => {
  assert.equal(addDays("2026-03-28", 2), "2026-03-30");
  assert.equal(addDays("2024-02-28", 1), "2024-02-29");
  assert.equal(addDays("2026-01-01", -1), "2025-12-31");
  assert.equal(daysBetween("2026-03-28", "2026-03-30"), 2);
  assert.equal(daysBetween("2026-03-30", "2026-03-28"), -2);
});
