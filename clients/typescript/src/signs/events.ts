// Danger signs as the app hears of them: kept until its handler is done, once for each sign and stage.
import type { Change, Content, Kind, Raised } from "../shapes.ts";
import type { Rows } from "../store/store.ts";
import { advice } from "./wording.ts";
import type { Place } from "./wording.ts";
import { signsOf } from "./judge.ts";

/** A danger sign to show at once: interrupt for an emergency and for what is `news`, show the rest quietly. */
export interface DangerSign {
  /**
   * `noted`: found on this device in what was just recorded, with or without a network.
   * `raised`: found by the service, which has it on record and warns the others.
   * `refused`: found by the service in what it did not store.
   */
  stage: "noted" | "raised" | "refused";
  rule: string;
  tier: string;
  title: string;
  advice: string;
  /** The number to call; null where the advice names none. */
  call: string | null;
  news: boolean;
  /** Whether it is on record. While it isn't, nobody else has been warned. */
  stored: boolean;
  /** The service's alert; null while it is not on record. */
  alert: string | null;
  state: string | null;
  /** What was noted, by name; empty for what the service found. */
  signs: string[];
  /** The resource that carries it; `profile` for what the profile makes of earlier days. */
  type: Kind | "profile";
  id: string | null;
}

export interface KeptSign {
  key: string;
  event: DangerSign;
  /** Whether the app's handler has finished with it. */
  heard: boolean;
}

export const allSigns = (rows: Rows): Promise<KeptSign[]> => rows.list("sign/") as Promise<KeptSign[]>;

/** The signs in what is about to be recorded, one for each rule, the most severe first. Pure. */
export function noted(
  type: Kind,
  content: Content,
  sameDay: readonly Content[],
  about: { today: string; place: Place; own: boolean; language: string },
): DangerSign[] {
  const byRule = new Map<string, DangerSign>();
  for (const { rule, tier, sign } of signsOf(type, content, sameDay)) {
    const known = byRule.get(rule);
    if (known) known.signs.push(sign);
    else {
      const date = (content as { date: string }).date;
      const words = advice({ rule, tier }, { ...about, date });
      const unstored = { news: true, stored: false, alert: null, state: null };
      byRule.set(rule, { stage: "noted", rule, tier, ...words, ...unstored, signs: [sign], type, id: content.id });
    }
  }
  return [...byRule.values()];
}

/** Keep the noted signs that this resource didn't carry before; gives the keys of what is to be heard. */
export async function keepNoted(rows: Rows, signs: readonly DangerSign[]): Promise<string[]> {
  const keys: string[] = [];
  for (const event of signs) {
    const key = `sign/noted/${event.type}/${event.id}/${event.rule}`;
    const known = (await rows.get(key)) as KeptSign | undefined;
    const isKnown = known !== undefined && event.signs.every((sign) => known.event.signs.includes(sign));
    if (!isKnown) await rows.set(key, { key, event, heard: false });
    keys.push(key);
  }
  return keys;
}

/**
 * Keep the signs of an answer.
 *
 * The first answer may have been lost, and then a repeated one calls a sign no news that nobody has read yet: what this
 * device hasn't shown is news here.
 */
export async function keepRaised(
  rows: Rows,
  raised: readonly Raised[] | undefined,
  about: Pick<Change, "type" | "id"> | { type: "profile"; id: null },
): Promise<void> {
  for (const sign of raised ?? []) {
    const stage = sign.stored ? "raised" : "refused";
    const key = `sign/${stage}/${about.type}/${about.id}/${sign.alert}/${sign.rule}`;
    const known = (await rows.get(key)) as KeptSign | undefined;
    if (known && (!sign.news || stage === "refused")) continue;
    const { type, id } = about;
    const event: DangerSign = { ...sign, stage, news: true, signs: [], type, id };
    await rows.set(key, { key, event, heard: false });
  }
}
