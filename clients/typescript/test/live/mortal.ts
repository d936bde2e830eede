// An app that may be killed at any step: before and after everything that it reads, keeps, sends or is answered.
import type { Rows, Store } from "../../src/index.ts";
import type { Random } from "./random.ts";

const FOREVER = new Promise<never>(() => undefined);
const KILLED = Symbol("killed");

/** One running of an app. Once it is dead, nothing of it happens any more; what was kept by then stays. */
export class Mortal {
  readonly death: Promise<typeof KILLED>;
  isDead = false;
  readonly #random: Random;
  readonly #risk: number;
  #die!: (how: typeof KILLED) => void;

  /** `risk` is how likely it is killed at each step. */
  constructor(random: Random, risk: number) {
    this.#random = random;
    this.#risk = risk;
    this.death = new Promise((resolve) => (this.#die = resolve));
  }

  /** What `work` gives, or undefined when the app is killed first. */
  async lives<T>(work: () => Promise<T>): Promise<{ gave: T } | undefined> {
    const done = work().then((gave) => ({ gave }));
    const first = await Promise.race([done, this.death]);
    return first === KILLED ? undefined : first;
  }

  /** Goes on, or never. */
  async step(timesTheRisk = 1): Promise<void> {
    if (this.#isKilledNow(timesTheRisk)) await FOREVER;
  }

  /** The same store, in which work that is killed is not kept. */
  store(kept: Store): Store {
    return {
      transact: async <T>(work: (rows: Rows) => Promise<T>): Promise<T> => {
        await this.step();
        try {
          const result = await kept.transact(async (rows) => {
            const done = await work(this.#rows(rows));
            if (this.#isKilledNow()) throw KILLED;
            return done;
          });
          await this.step(); // it is kept, and nobody hears of it
          return result;
        } catch (error) {
          if (error === KILLED) await FOREVER;
          throw error;
        }
      },
    };
  }

  fetch: typeof fetch = async (...asked) => {
    await this.step();
    const answer = await fetch(...asked);
    await this.step();
    return answer;
  };

  #rows(rows: Rows): Rows {
    const checked = <T>(work: () => Promise<T>): Promise<T> => {
      if (this.#isKilledNow()) throw KILLED;
      return work();
    };
    return {
      get: (key) => checked(() => rows.get(key)),
      set: (key, value) => checked(() => rows.set(key, value)),
      list: (prefix) => checked(() => rows.list(prefix)),
      clear: () => checked(() => rows.clear()),
    };
  }

  #isKilledNow(timesTheRisk = 1): boolean {
    if (!this.isDead && this.#random.happens(this.#risk * timesTheRisk)) {
      this.isDead = true;
      this.#die(KILLED);
    }
    return this.isDead;
  }
}
