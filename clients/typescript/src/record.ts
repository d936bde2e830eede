// Recording: what somebody wrote goes on the queue together with the danger signs in it.
import { localMoment, phoneZone } from "./clock.ts";
import type { Options, Recorded } from "./options.ts";
import { edit } from "./queue/edit.ts";
import { readMeta } from "./queue/kept.ts";
import { sameDay, shown, zoneOf } from "./queue/shown.ts";
import type { Shown } from "./queue/shown.ts";
import { written } from "./shapes.ts";
import type { Content, Contents, Kind } from "./shapes.ts";
import { keepNoted, noted } from "./signs/events.ts";
import type { DangerSign } from "./signs/events.ts";
import type { Rows } from "./store/store.ts";

/** New content, or how it is made of what is on the device at this moment. */
export type Given<K extends Kind> = Shown<Contents[K]> | ((rows: Rows) => Promise<Shown<Contents[K]>>);

export class Recorder {
  readonly #options: Options;
  readonly #now: () => Date;
  readonly #language: () => string;

  constructor(options: Options, now: () => Date, language: () => string) {
    this.#options = options;
    this.#now = now;
    this.#language = language;
  }

  /** Keeps it; `keys` are those of the signs to be heard. Signs are shown even where it can't be kept. */
  async put<K extends Kind>(type: K, given: Given<K>): Promise<{ keys: string[]; recorded: Recorded<K> }> {
    const { store, onDangerSign } = this.#options;
    let signs = typeof given === "function" ? [] : this.#noted(type, written(given));
    const keep = async (rows: Rows): Promise<{ keys: string[]; recorded: Recorded<K> }> => {
      const read = typeof given === "function" ? await given(rows) : given;
      const data = written(read);
      signs = this.#noted(type, data, await sameDay(rows, type, data), (await readMeta(rows)).region);
      const change = { type, id: data.id, op: "put", data, seen: read.version, draft: read.draft } as const;
      await edit(rows, change, this.#now(), signs.length > 0);
      const content = (await shown(rows, type, data.id)) as Shown<Contents[K]>;
      return { keys: await keepNoted(rows, signs), recorded: { content, signs } };
    };
    try {
      return await store.transact(keep);
    } catch (error) {
      for (const sign of signs) await onDangerSign(sign); // the screen is the only warning there is
      throw error;
    }
  }

  #noted(type: Kind, data: Content, others: Content[] = [], region: string | null = null): DangerSign[] {
    const { patient = "me", own = patient === "me", region: first } = this.#options;
    const now = this.#now();
    const place = { region: region ?? first, timeZone: zoneOf(data) ?? phoneZone(now) };
    const about = { today: localMoment(now).date, own, language: this.#language(), place };
    return noted(type, data, others, about);
  }
}
