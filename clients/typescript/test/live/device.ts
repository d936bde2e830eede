// One device of a life: a person who records, edits, deletes and decides, on an app that may be killed at any step.
import { DeletedError, Diary } from "../../src/index.ts";
import type { Conflict, Content, Entry, Recorded } from "../../src/index.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { wordsIn } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import { Mortal } from "./mortal.ts";
import type { Random } from "./random.ts";

export interface Account {
  name: string;
  token: string;
  /** Whose diary. */
  patient: string;
}

export class Device {
  readonly name: string;
  diary!: Diary;
  deaths = 0;
  readonly #account: Account;
  readonly #url: string;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #store = new MemoryStore();
  #mortal!: Mortal;
  /** The entry that the person has open, as it was when they opened it. */
  #open: Entry | undefined;

  constructor(account: Account, url: string, ledger: Ledger, random: Random) {
    this.name = account.name;
    this.#account = account;
    this.#url = url;
    this.#ledger = ledger;
    this.#random = random;
  }

  /** Start the app, as often as it takes until it isn't killed while starting. */
  async start(risk: number): Promise<void> {
    this.#open = undefined;
    do {
      this.#mortal = new Mortal(this.#random, risk);
      const { token, patient } = this.#account;
      this.diary = new Diary({
        url: this.#url,
        patient,
        store: this.#mortal.store(this.#store),
        secrets: { get: async (name) => (name === "token" ? token : null), set: async () => undefined },
        fetch: this.#mortal.fetch,
        random: this.#random.next,
        timeout: 20_000,
        locks: null, // those of an app that is killed go with its process, which none has here
        onDangerSign: async (sign) => {
          await this.#mortal.step(130); // people do close an app that frightens them
          this.#ledger.hear(this.name, sign);
        },
      });
      if (await this.#mortal.lives(() => this.diary.open())) return;
      this.deaths += 1;
    } while (true);
  }

  /** One thing that a person does, or the app by itself. Some go on while a sync is under way. */
  async act(risk: number): Promise<void> {
    const chosen = this.#random.next();
    if (chosen < 0.25) void this.diary.sync().catch((error: unknown) => this.#ledger.faults.push(String(error)));
    else if (chosen < 0.45) await this.sync();
    else if (chosen < 0.6) await this.#record();
    else if (chosen < 0.9) await (this.#open ? this.save() : this.open());
    else await this.decide();
    await this.startAgain(risk);
  }

  /** If the app has been killed. */
  async startAgain(risk: number): Promise<void> {
    if (!this.#mortal.isDead) return;
    this.deaths += 1;
    await this.start(risk);
  }

  async sync(): Promise<void> {
    await this.#survives(() => this.diary.sync());
  }

  /** Open an entry, this one or any, to change it later. Gives its id. */
  async open(id?: string): Promise<string | undefined> {
    const entries = (await this.#survives(() => this.diary.list("entry"))) ?? [];
    this.#open = id ? entries.find((entry) => entry.id === id) : this.#random.one(entries);
    return this.#open?.id;
  }

  /** Change or delete what was opened, as it was then. */
  async save(): Promise<void> {
    const entry = this.#open;
    this.#open = undefined;
    if (entry) await (this.#random.happens(0.1) ? this.#remove(entry) : this.#edit(entry));
  }

  /** Choose in every conflict there is: one's own version, the other, or both. */
  async decide(): Promise<void> {
    for (const conflict of (await this.#survives(() => this.diary.conflicts())) ?? []) {
      const choice = this.#random.one(["mine", "theirs", both(conflict)] as const);
      if (choice === "mine") this.#giveUp(conflict.theirs, conflict.mine);
      else if (choice === "theirs") this.#giveUp(conflict.mine, conflict.theirs);
      await this.#survives(() => this.diary.resolve(conflict, choice));
    }
  }

  async #record(): Promise<void> {
    const word = this.#ledger.newWord();
    const isNumb = this.#random.happens(0.3);
    const symptoms = isNumb ? { saddle_numbness: true } : { cough: this.#random.happens(0.5) };
    const answers = { worst_pain: Math.floor(this.#random.next() * 11), note: word, symptoms };
    const recorded = await this.#survives(() => this.diary.record(answers));
    if (!recorded) return;
    this.#ledger.isKept(word);
    if (isNumb) this.#ledger.mustHaveHeard(this.name, recorded.content.id, "cauda_equina", this.deaths);
  }

  async #edit(entry: Entry): Promise<void> {
    const word = this.#ledger.newWord();
    const isNumb = entry.symptoms?.saddle_numbness || this.#random.happens(0.2);
    const changed = { ...entry, note: `${entry.note ?? ""} ${word}`, symptoms: { saddle_numbness: isNumb } };
    const put = (): Promise<Recorded<"entry"> | null> => this.diary.put("entry", changed).catch(ifDeleted);
    if (!(await this.#survives(put))) return;
    this.#ledger.isKept(word);
    if (isNumb) this.#ledger.mustHaveHeard(this.name, entry.id, "cauda_equina", this.deaths);
  }

  async #remove(entry: Entry): Promise<void> {
    this.#ledger.giveUp(wordsIn(entry));
    await this.#survives(() => this.diary.remove("entry", entry));
  }

  #survives<T>(work: () => Promise<T>): Promise<T | undefined> {
    return this.#mortal.lives(work).then((lived) => lived?.gave);
  }

  #giveUp(lost: Content | null, kept: Content | null): void {
    const remains = new Set(wordsIn(kept));
    this.#ledger.giveUp(wordsIn(lost).filter((word) => !remains.has(word)));
  }
}

/** The person is told that it was deleted meanwhile, and has recorded nothing. */
function ifDeleted(error: unknown): null {
  if (error instanceof DeletedError) return null;
  throw error;
}

/** A version with the words of both; what only one side has, where the other has deleted it. */
function both({ mine, theirs }: Conflict): Content {
  const base = (mine ?? theirs) as Entry;
  return { ...base, note: [...new Set([...wordsIn(mine), ...wordsIn(theirs)])].join(" ") };
}
