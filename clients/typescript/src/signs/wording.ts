// A danger sign in words, with the number to call where the person is: as the service says it, without a network.
import { daysBetween } from "../clock.ts";
import { NUMBERS, OUT_OF_HOURS, WORDS, ZONES } from "./table.ts";

/** How many days back a sign is of today; before that the advice asks whether it is still there. */
const RECENT_DAYS = 14;
const EVERYWHERE_ELSE = "112";

/** Where the patient is as far as is known: the region of the profile, and the zone of the entry. */
export interface Place {
  region?: string | null | undefined;
  timeZone?: string | null | undefined;
}

export interface Advice {
  title: string;
  advice: string;
  /** The emergency number, null unless the advice names it. */
  call: string | null;
}

/** What to read and whom to call. `own` is false for somebody who writes in another person's diary. */
export function advice(
  sign: { rule: string; tier: string },
  about: { date: string; today: string; place: Place; own: boolean; language: string },
): Advice {
  const words = WORDS[about.language.slice(0, 2).toLowerCase()] ?? WORDS.en!;
  const country = countryOf(about.place);
  const number = country === null ? undefined : numberOf(country);
  const call = number ?? EVERYWHERE_ELSE;
  const late = daysBetween(about.date, about.today) > RECENT_DAYS;
  const line = about.place.region ? OUT_OF_HOURS[about.place.region] : undefined;
  let text = (about.own ? (late ? words.late : words.now) : late ? words.theirsLate : words.theirs)[sign.tier] ?? "";
  if (about.own && !late && sign.tier === "urgent" && line) text = words.line;
  const named = number === undefined ? (about.own ? words.orYours : words.orTheirs).replace("{call}", call) : call;
  return {
    title: words.titles[sign.rule] ?? sign.rule,
    advice: text.replace("{call}", named).replace("{line}", line ?? ""),
    call: sign.tier === "emergency" ? call : null,
  };
}

/** ISO 3166 code of the country: the region's, else the one that the zone is in; null for a mere offset. */
export function countryOf(place: Place): string | null {
  if (place.region) return place.region;
  if (!place.timeZone) return null;
  return countries().get(place.timeZone) ?? null;
}

function numberOf(country: string): string | undefined {
  return Object.keys(NUMBERS).find((number) => NUMBERS[number]!.split(" ").includes(country));
}

let byZone: Map<string, string> | undefined;

function countries(): Map<string, string> {
  if (byZone) return byZone;
  byZone = new Map();
  for (const [country, zones] of Object.entries(ZONES)) {
    let area = "";
    for (const zone of zones.split(" ")) {
      const whole = zone.startsWith("~/") ? area + zone.slice(1) : zone;
      area = whole.split("/", 1)[0]!;
      byZone.set(whole, country);
    }
  }
  return byZone;
}
