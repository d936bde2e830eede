// What was written and heard in one life, and whether anything of it is missing in the end.
import type { Content, DangerSign, Entry } from "../../src/index.ts";

const WORD = /w\d+/g;

/** Every write adds a word of its own to the note of its entry, on top of those that the person saw there. */
export const wordsIn = (content: Content | null): string[] =>
  (content && "note" in content && content.note?.match(WORD)) || [];

export class Ledger {
  readonly #kept = new Set<string>();
  readonly #givenUp = new Set<string>();
  readonly #heard = new Map<string, number>();
  readonly faults: string[] = [];
  #words = 0;

  newWord(): string {
    this.#words += 1;
    return `w${this.#words}`;
  }

  /** The app was told that it is kept. */
  isKept(word: string): void {
    this.#kept.add(word);
  }

  /** A person has deleted it, or chosen another version, knowingly. */
  giveUp(words: readonly string[]): void {
    for (const word of words) this.#givenUp.add(word);
  }

  hear(device: string, sign: DangerSign): void {
    for (const name of [`${device} ${sign.stage} ${sign.id} ${sign.rule}`, `${sign.stage} ${sign.id} ${sign.rule}`]) {
      this.#heard.set(name, (this.#heard.get(name) ?? 0) + 1);
    }
  }

  /** A danger sign was recorded, and the app went on. */
  mustHaveHeard(device: string, id: string, rule: string, deaths: number): void {
    const times = this.#heard.get(`${device} noted ${id} ${rule}`) ?? 0;
    if (times === 0) this.faults.push(`${device} went on without having shown ${rule} of ${id}`);
    if (times > 1 + deaths) this.faults.push(`${device} was shown ${rule} of ${id} ${times} times`);
  }

  /** All devices and the service say this in the end. */
  close(diaries: ReadonlyMap<string, readonly Entry[]>, service: readonly Entry[]): string[] {
    const stands = plain(service);
    for (const [device, entries] of diaries) {
      if (plain(entries) !== stands) this.faults.push(`${device} and the service disagree`);
    }
    const found = new Set(service.flatMap(wordsIn));
    for (const word of this.#kept) {
      if (!found.has(word) && !this.#givenUp.has(word)) this.faults.push(`${word} is lost`);
    }
    for (const entry of service) {
      const isUnheard = !this.#heard.has(`raised ${entry.id} cauda_equina`);
      if (entry.symptoms?.saddle_numbness && isUnheard) this.faults.push(`nobody was warned by ${entry.id}`);
    }
    return this.faults;
  }
}

/** What entries say, by id. */
function plain(entries: readonly Entry[]): string {
  const said = entries.map(({ id, date, worst_pain = null, note = null, symptoms }) => {
    const numb = symptoms?.saddle_numbness ?? null;
    return JSON.stringify([id, date, worst_pain, note, numb]);
  });
  return said.sort().join("\n");
}
