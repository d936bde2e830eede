// What a script adds to the pages of someone who is signed in: entries are kept on this device first and go up by
// themselves, danger signs are shown at once, and signing out leaves nothing behind. Without it the forms work as well.
import { Diary, localMoment, newId } from "../typescript/src/index.ts";
import type { DangerSign, Entry, Moment, Refused } from "../typescript/src/index.ts";
import { answersIn, fill } from "./form.ts";
import { patientsHere, storeOf, syncAddress } from "./stores.ts";

const LAST = "diary";
const PATIENCE = 4000;
const LOOKED_AGAIN = 2000;
const { language = "en", region = "", diary: own, signedOut } = document.body.dataset;
const locale = navigator.language.startsWith(language) ? navigator.language : language;
const words = document.querySelector<HTMLElement>("#kept")!;
const form = document.querySelector<HTMLFormElement>("form.entry[data-new]");

/** One diary of this device, and what is said of it on this page. */
class Here {
  readonly diary: Diary;
  #opened: Moment = localMoment(new Date());
  #id = newId(new Date());
  /** What the service made of what was just saved, to be answered. */
  #alert: string | null = null;

  constructor(patient: string) {
    this.diary = new Diary({
      ...{ url: syncAddress(location.origin), store: storeOf(patient), cookies: true, patient, own: true },
      ...{ language, region: region || null },
      onDangerSign: (sign) => this.#sign(sign),
      onRefused: (refused) => this.#refused(refused),
      onUnsynced: ({ days, dangerSign }) => say(dangerSign ? "unsyncedSign" : "unsynced", { days }),
      onSignedOut: () => void this.ended(),
      onChange: () => void this.#state(),
    });
  }

  async begin(): Promise<void> {
    if (form) this.#takeOver(form);
    for (const ending of document.querySelectorAll<HTMLFormElement>("form[data-ends-session]")) this.#leavesWith(ending);
    this.diary.start();
    if (own) void this.diary.profile.read().catch(() => undefined); // its region, for the emergency number
    await this.#state();
    await this.diary.open();
  }

  #takeOver(form: HTMLFormElement): void {
    this.#dated(form);
    const told = document.querySelector<HTMLElement>("[data-clock]");
    if (told && told.dataset.clock !== this.#opened.time_zone) told.remove(); // this clock knows better where they are
    void this.#askAboutTreatments(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save(form);
    });
  }

  #fresh(form: HTMLFormElement): void {
    form.reset();
    this.#opened = localMoment(new Date());
    this.#id = newId(new Date());
    this.#dated(form);
  }

  /** Today is what the clock on this person's wall says; a day that they have chosen already stays. */
  #dated(form: HTMLFormElement): void {
    const date = form.elements.namedItem("date") as HTMLInputElement;
    if (date.value === date.defaultValue) date.value = this.#opened.date;
    this.#named(form);
  }

  /** Sent as without a script it is the same entry, and so never stored twice. */
  #named(form: HTMLFormElement): void {
    const fields = { id: this.#id, opened: this.#opened.recorded_at, zone: this.#opened.time_zone };
    for (const [name, value] of Object.entries(fields)) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = value;
    }
  }

  async #save(form: HTMLFormElement): Promise<void> {
    const answers = answersIn(form);
    if (Object.keys(answers).length === 0) return say("nothing");
    const date = (form.elements.namedItem("date") as HTMLInputElement).value;
    form.inert = true; // what was written meanwhile would go with the old form
    try {
      await this.diary.put("entry", { ...answers, ...this.#opened, date, id: this.#id } as Entry);
      await this.#up(form, this.#id);
    } catch {
      if (navigator.onLine) return form.submit(); // as without a script
      say("full");
    } finally {
      form.inert = false;
    }
  }

  /** To what is to be answered now, else to the entry; where there is no network, the form is ready for another one. */
  async #up(form: HTMLFormElement, id: string): Promise<void> {
    void navigator.storage?.persist?.();
    void askedToSyncLater();
    const patience = navigator.onLine ? PATIENCE : 0;
    const later = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), patience));
    const synced = await Promise.race([this.diary.sync(), later]);
    await this.diary.open(); // until everything was read
    if (synced?.outcome === "signed_out") return location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    const { waiting, refused } = await this.diary.status();
    if (refused > 0) return;
    if (waiting === 0) return location.assign(this.#alert ? `/caring/me/alerts/${this.#alert}` : `/diary/${id}`);
    this.#fresh(form);
    scrollTo({ top: 0 });
    await this.#state();
  }

  /** The form that the page brings asks about them itself; the one that is kept on the device knows of none. */
  async #askAboutTreatments(form: HTMLFormElement): Promise<void> {
    const question = form.querySelector<HTMLTemplateElement>("template[data-taken]");
    if (!question) return;
    const treatments = await this.diary.list("treatment");
    for (const { id, name, stopped_on } of treatments) {
      if (stopped_on && stopped_on < this.#opened.date) continue;
      const asked = question.content.cloneNode(true) as DocumentFragment;
      asked.querySelector("legend")!.textContent = name;
      for (const answer of asked.querySelectorAll("input")) answer.name = `taken-${id}`;
      question.before(asked);
    }
  }

  /** What was read a moment ago, from this device, need not be read again when the service says it. */
  async #sign(sign: DangerSign): Promise<void> {
    if (sign.stage === "raised" && sign.id === this.#id) this.#alert ??= sign.alert;
    const name = `${sign.rule} ${sign.tier} ${sign.id}`;
    if (!readHere.has(name)) await shown(sign);
    readHere.add(name);
  }

  #refused({ id, data, problem }: Refused): void {
    say("refused", { why: problem.detail || problem.title });
    if (form && data && "recorded_at" in data) {
      fill(form, data);
      this.#id = id;
      this.#opened = { date: data.date, recorded_at: data.recorded_at, time_zone: data.time_zone };
      this.#named(form);
    }
  }

  /** Only what the service doesn't have stays here until its writer signs in again. */
  async ended(): Promise<void> {
    await this.diary.open(); // what was never read must not go unread
    const { waiting, refused, conflicts } = await this.diary.status();
    if (waiting + refused + conflicts === 0) await this.diary.wipe();
    else say("signedOut", { waiting });
  }

  #leavesWith(ending: HTMLFormElement): void {
    ending.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#leave(ending);
    });
  }

  async #leave(ending: HTMLFormElement): Promise<void> {
    this.diary.stop();
    await Promise.race([this.diary.sync(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    const { waiting, refused, conflicts } = await this.diary.status();
    const lost = waiting + refused + conflicts;
    if (lost > 0 && !confirm(inWords("lose", { waiting: lost }))) return this.diary.start();
    await this.diary.open(); // what that sync has found
    await this.diary.wipe();
    localStorage.removeItem(LAST);
    ending.submit();
  }

  async #state(): Promise<void> {
    const { waiting, refused, syncedAt } = await this.diary.status();
    if (refused > 0) return;
    if (waiting > 0) {
      say("waiting", { waiting });
      setTimeout(() => void this.#state(), LOOKED_AGAIN); // another tab, or the service worker, may send it
      return;
    }
    if (form && syncedAt) say("saved", { time: new Date(syncedAt).toLocaleTimeString(locale, { timeStyle: "short" }) });
  }
}

type Word = "waiting" | "saved" | "nothing" | "full" | "refused" | "unsynced" | "unsyncedSign" | "signedOut" | "lose" | "none";

/** What the page brings in the reader's language, with what belongs in its gaps. */
function inWords(word: Word, gaps: Record<string, string | number> = {}): string {
  const text = words.dataset[word] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(gaps[name] ?? ""));
}

function say(word: Word, gaps: Record<string, string | number> = {}): void {
  words.hidden = false;
  words.className = word === "saved" ? "quiet" : "do";
  words.textContent = inWords(word, gaps);
}

const readHere = new Set<string>();

/** One after another, each until it was read. */
let last: Promise<unknown> = Promise.resolve();
function shown(sign: DangerSign): Promise<unknown> {
  last = last.catch(() => undefined).then(() => read(sign)); // one that cannot be shown keeps back none of the others
  return last;
}

function read(sign: DangerSign): Promise<unknown> {
  const dialog = document.querySelector<HTMLDialogElement>("#sign")!;
  dialog.querySelector("h2")!.textContent = sign.title;
  dialog.querySelector("p")!.textContent = sign.advice;
  const call = dialog.querySelector<HTMLAnchorElement>("a")!;
  call.hidden = sign.call === null;
  call.href = `tel:${sign.call}`;
  call.textContent = (call.dataset.call ?? "").replace("{number}", String(sign.call));
  return new Promise((resolve) => {
    dialog.addEventListener("close", resolve, { once: true });
    dialog.showModal();
  });
}

/** Where the browser can, it syncs once there is a network, whether or not a page is open. */
async function askedToSyncLater(): Promise<void> {
  const registration = await navigator.serviceWorker?.ready;
  const { sync } = (registration ?? {}) as { sync?: { register(tag: string): Promise<void> } };
  await sync?.register("diary").catch(() => undefined);
}

/** What others kept on this device before: it goes, unless the service doesn't have it yet. */
async function forgetOthers(patient: string | null): Promise<void> {
  for (const other of await patientsHere()) {
    if (other === patient) continue;
    const diary = new Diary({ url: location.origin, store: storeOf(other), patient: other, onDangerSign: () => undefined });
    const { waiting, refused, conflicts } = await diary.status();
    if (waiting + refused + conflicts === 0) await diary.wipe();
  }
}

async function begin(): Promise<void> {
  void navigator.serviceWorker?.register(`/service-worker.js?language=${language}`);
  const isOfSomeoneElse = form?.dataset.new === "page" && !own;
  const patient = own ?? (isOfSomeoneElse ? null : localStorage.getItem(LAST));
  if (signedOut !== undefined) {
    if (patient) await new Here(patient).ended();
    return forgetOthers(patient);
  }
  if (!patient) {
    if (form?.dataset.new !== "kept") return;
    form.inert = true; // there is no one whose entry it would be
    return say("none");
  }
  const beginning = new Here(patient).begin();
  if (own) {
    localStorage.setItem(LAST, own);
    await forgetOthers(own);
  }
  await beginning;
}

void begin();
