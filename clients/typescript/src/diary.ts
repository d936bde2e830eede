import { Alerts } from "./alerts.ts";
import { alone, ownLocks } from "./alone.ts";
import type { Locks } from "./alone.ts";
import { Auto } from "./auto.ts";
import { localMoment } from "./clock.ts";
import { Connection } from "./connection.ts";
import { StillWaiting } from "./errors.ts";
import { Hearing, bothSides } from "./hearing.ts";
import type { Conflict, Refused } from "./hearing.ts";
import { newId } from "./id.ts";
import { Identity } from "./identity.ts";
import type { Options, Recorded, Status } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { ProfilePage } from "./profile.ts";
import { Push } from "./push.ts";
import { edit } from "./queue/edit.ts";
import { allConflicts, allRefused, allWaiting, key, readMeta } from "./queue/kept.ts";
import { resolve } from "./queue/resolve.ts";
import { allShown, inOrder, shown } from "./queue/shown.ts";
import type { Shown } from "./queue/shown.ts";
import { Recorder } from "./record.ts";
import type { Given } from "./record.ts";
import type { Answers, Content, Contents, Entry, Kind } from "./shapes.ts";
import { Sync } from "./sync.ts";
import type { Synced } from "./sync.ts";
import { markTold, unsyncedDue } from "./unsynced.ts";

/** A diary as an app keeps it: on this device first, and in step with the service whenever there is a network. */
export class Diary {
  readonly connection: Connection;
  readonly identity: Identity;
  readonly alerts: Alerts;
  readonly push: Push;
  readonly profile: ProfilePage;
  readonly #options: Options;
  readonly #locks: Locks;
  readonly #name: string;
  readonly #hearing: Hearing;
  readonly #outbox: Outbox;
  readonly #recorder: Recorder;
  readonly #sync: Sync;
  readonly #auto: Auto;
  #underWay: Promise<Synced> | undefined;

  constructor(options: Options) {
    this.#options = options;
    const { store, patient = "me" } = options;
    this.connection = new Connection({ ...options, language: () => this.#language() });
    this.#locks = options.locks === undefined ? ownLocks() : options.locks;
    this.#name = `symptom-diary ${options.url}/${patient}`;
    this.#hearing = new Hearing(store, options, this.#locks, this.#name);
    this.#outbox = new Outbox(this.connection, store);
    this.#recorder = new Recorder(
      options,
      () => this.#now(),
      () => this.#language(),
    );
    this.identity = new Identity(this.connection, options.secrets, store);
    this.alerts = new Alerts(this.connection, this.#outbox, patient);
    this.push = new Push(this.connection, this.#outbox, store, () => this.#now());
    this.profile = new ProfilePage(this.connection, store, this.#hearing, patient);
    this.#sync = new Sync({
      ...{ store, patient, connection: this.connection, hearing: this.#hearing },
      ...{ now: () => this.#now(), random: options.random ?? Math.random, onChange: () => options.onChange?.() },
    });
    this.#auto = new Auto(
      () => this.sync(),
      () => this.#now(),
    );
  }

  /** Begin: whatever the app hadn't finished with before it ended comes now. Call it once at every start. */
  async open(): Promise<void> {
    await this.#hearing.tell();
    await this.#tellUnsynced();
  }

  /** Sync by itself from now on. React Native apps also call `sync()` when they come to the front or get a network. */
  start(): void {
    this.#auto.start();
  }

  stop(): void {
    this.#auto.stop();
  }

  /** Record a new entry, about today unless `date` says otherwise: id, instant and time zone are filled in. */
  record(answers: Answers, about: { date?: string } = {}): Promise<Recorded<"entry">> {
    const moment = localMoment(this.#now());
    return this.put("entry", { ...answers, id: newId(this.#now()), ...moment, ...about } as Entry);
  }

  /**
   * Change some answers of an entry as it is on this device at this moment; null takes one back. Raises RangeError for an
   * id that isn't in the diary.
   */
  change(id: string, answers: Partial<Answers>): Promise<Recorded<"entry">> {
    return this.#put("entry", async (rows) => {
      const entry = await shown(rows, "entry", id);
      if (!entry) throw new RangeError(`there is no entry ${id}`);
      return { ...entry, ...answers } as Shown<Entry>;
    });
  }

  /**
   * Put an entry, treatment or event into the diary. It is on this device when this resolves, and goes up with the next
   * sync. Its danger signs have been shown by then, also without a network, and also when it couldn't be kept.
   *
   * What was read (`get`, `list`) replaces the version that was read; should there be a later one by then, it becomes a
   * conflict. Raises DeletedError for the id of what was deleted.
   */
  put<K extends Kind>(type: K, content: Shown<Contents[K]>): Promise<Recorded<K>> {
    return this.#put(type, content);
  }

  /** Delete something: the version that was read, or by its id whatever there is. */
  async remove(type: Kind, what: string | Shown): Promise<void> {
    const { id, version: seen } = typeof what === "string" ? { id: what } : what;
    const change = { type, id, op: "delete", data: null, seen } as const;
    await this.#options.store.transact((rows) => edit(rows, change, this.#now(), false));
    await this.#changed();
  }

  /** As this device shows it: what was written here last, else what the service has. */
  async get<K extends Kind>(type: K, id: string): Promise<Shown<Contents[K]> | null> {
    return (await this.#options.store.transact((rows) => shown(rows, type, id))) as Shown<Contents[K]> | null;
  }

  /** All of one kind, both dates included, by date and then id. Treatments are listed whatever the dates. */
  async list<K extends Kind>(type: K, { from = "", to = "~" } = {}): Promise<Shown<Contents[K]>[]> {
    const all = await this.#options.store.transact((rows) => allShown(rows, type));
    return inOrder(all, type === "treatment" ? null : { from, to }) as Shown<Contents[K]>[];
  }

  /** Everything up and everything new down. Never raises for a bad network: see the outcome. */
  sync(): Promise<Synced> {
    this.#underWay ??= this.#synced().finally(() => (this.#underWay = undefined));
    return this.#underWay;
  }

  conflicts(): Promise<Conflict[]> {
    return this.#options.store.transact(async (rows) => {
      const open = await allConflicts(rows);
      return Promise.all(open.map((one) => bothSides(rows, one)));
    });
  }

  /**
   * End a conflict with this device's version, the service's, or one made of both. What was deleted elsewhere comes back
   * under a new id. Gives the id it is under; null when this device's side was edited since: then it is told anew.
   */
  async resolve(conflict: Conflict, choice: "mine" | "theirs" | Content): Promise<string | null> {
    const kept = await this.#options.store.transact((rows) => resolve(rows, conflict, choice, this.#now()));
    await this.#changed();
    return kept;
  }

  refused(): Promise<Refused[]> {
    return this.#options.store.transact(allRefused);
  }

  /** Give up a change that the service refused: the diary shows again what the service has. */
  async letGo(type: Kind, id: string): Promise<void> {
    await this.#options.store.transact((rows) => rows.set(key.refused(type, id), undefined));
    this.#options.onChange?.();
  }

  status(): Promise<Status> {
    return this.#options.store.transact(async (rows) => ({
      waiting: (await allWaiting(rows)).length,
      refused: (await allRefused(rows)).length,
      conflicts: (await allConflicts(rows)).length,
      syncedAt: (await readMeta(rows)).syncedAt,
    }));
  }

  /**
   * End the session, and take everything off this device. Raises StillWaiting while something is on it only, unless the
   * person has said that it may be lost (`discard`).
   */
  async signOut({ discard = false } = {}): Promise<void> {
    this.stop();
    if (!discard) {
      await this.sync();
      const { waiting, refused, conflicts } = await this.status();
      if (waiting + refused + conflicts > 0) throw new StillWaiting(waiting + refused + conflicts);
    }
    await this.push.unregister();
    await this.identity.signOut();
    await this.wipe();
  }

  /** Take everything off this device, whatever waits. */
  async wipe(): Promise<void> {
    await this.#options.store.transact((rows) => rows.clear());
    this.#options.onChange?.();
  }

  async #put<K extends Kind>(type: K, given: Given<K>): Promise<Recorded<K>> {
    const { keys, recorded } = await this.#recorder.put(type, given);
    await this.#hearing.tell(keys);
    await this.#changed();
    return recorded;
  }

  async #changed(): Promise<void> {
    this.#options.onChange?.();
    this.#auto.changed();
    await this.#tellUnsynced();
  }

  async #synced(): Promise<Synced> {
    if (!(await this.connection.token())) return { outcome: "signed_out", retryAt: null };
    const synced = await alone(this.#locks, this.#name, () => this.#sync.run());
    if (synced.outcome === "signed_out") this.#options.onSignedOut?.();
    if (synced.outcome === "done") {
      await this.push.refresh();
      await this.#outbox.flush();
    }
    await this.#tellUnsynced();
    return synced;
  }

  async #tellUnsynced(): Promise<void> {
    const { store, onUnsynced, unsyncedAfterDays = 2 } = this.#options;
    if (!onUnsynced) return;
    const due = await store.transact((rows) => unsyncedDue(rows, this.#now(), unsyncedAfterDays));
    if (!due) return;
    await onUnsynced(due.told);
    await store.transact((rows) => markTold(rows, due));
  }

  #language(): string {
    const { language = "en" } = this.#options;
    return typeof language === "function" ? language() : language;
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}
