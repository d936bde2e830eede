import { Alerts } from "./alerts.ts";
import { alone, ownLocks } from "./alone.ts";
import type { Locks } from "./alone.ts";
import { Auto } from "./auto.ts";
import { localMoment } from "./clock.ts";
import { Connection } from "./connection.ts";
import type { Secrets } from "./connection.ts";
import { StillWaiting } from "./errors.ts";
import { Farewell } from "./farewell.ts";
import { Hearing } from "./hearing.ts";
import type { Conflict } from "./hearing.ts";
import { newId } from "./id.ts";
import { Identity } from "./identity.ts";
import type { Options, Recorded } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { ProfilePage } from "./profile.ts";
import { Push } from "./push.ts";
import { edit } from "./queue/edit.ts";
import { key } from "./queue/kept.ts";
import { resolve } from "./queue/resolve.ts";
import { shown } from "./queue/shown.ts";
import type { Shown } from "./queue/shown.ts";
import { Reading } from "./reading.ts";
import { Recorder } from "./record.ts";
import type { Given } from "./record.ts";
import type { Answers, Content, Contents, Entry, Kind } from "./shapes.ts";
import { Sync } from "./sync.ts";
import type { Synced } from "./sync.ts";
import { UnsyncedNotice } from "./unsynced.ts";

const NO_SECRETS: Secrets = { get: async () => null, set: async () => undefined };
const FAREWELL_AGAIN = 5 * 60_000;

/** A diary as an app keeps it: on this device first, and in step with the service whenever there is a network. */
export class Diary extends Reading {
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
  readonly #farewell: Farewell;
  readonly #recorder: Recorder;
  readonly #unsynced: UnsyncedNotice;
  readonly #sync: Sync;
  readonly #auto: Auto;
  #underWay: Promise<Synced> | undefined;
  #next: Promise<Synced> | undefined;

  constructor(options: Options) {
    super(options.store);
    this.#options = options;
    const { store, patient = "me" } = options;
    this.connection = new Connection({ ...options, language: () => this.#language() });
    this.#locks = options.locks === undefined ? ownLocks() : options.locks;
    this.#name = `symptom-diary ${options.url}/${patient}`;
    this.#hearing = new Hearing(store, options, this.#locks, this.#name);
    this.#unsynced = new UnsyncedNotice(options, this.#hearing, () => this.#now());
    this.#outbox = new Outbox(this.connection, store);
    this.#recorder = new Recorder(
      options,
      () => this.#now(),
      () => this.#language(),
    );
    const secrets = options.secrets ?? NO_SECRETS;
    this.#farewell = new Farewell(this.connection, secrets);
    this.identity = new Identity(this.connection, secrets, store, this.#farewell);
    this.alerts = new Alerts(this.connection, this.#outbox, patient);
    this.push = new Push(this.connection, this.#outbox, store, () => this.#now());
    this.profile = new ProfilePage(this.connection, store, this.#hearing, patient);
    this.#sync = new Sync({
      ...{ store, patient, connection: this.connection, hearing: this.#hearing },
      ...{ now: () => this.#now(), random: options.random ?? Math.random, onChange: () => this.#shows() },
    });
    this.#auto = new Auto(
      () => this.sync(),
      () => this.#now(),
      (error) => this.#hearing.failed(error),
    );
  }

  /**
   * Begin: whatever the app hadn't finished with before it ended comes now, and is waited for. Call it once at every
   * start, after `start()`: what waits should go up while the person reads.
   */
  async open(): Promise<void> {
    await this.#unsynced.tell();
    await this.#hearing.tell();
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
      const entry = await shown(rows, "entry", id.toLowerCase());
      if (!entry) throw new RangeError(`there is no entry ${id}`);
      return { ...entry, ...answers } as Shown<Entry>;
    });
  }

  /**
   * Put an entry, treatment or event into the diary. It is on this device when this resolves, and goes up with the next
   * sync. Its danger signs have been shown by then, also without a network, and also when it couldn't be kept.
   *
   * What was read (`get`, `list`) replaces what was read; should there be something later by then, it becomes a
   * conflict. Raises DeletedError for the id of what was deleted.
   */
  put<K extends Kind>(type: K, content: Shown<Contents[K]>): Promise<Recorded<K>> {
    return this.#put(type, content);
  }

  /** Delete something: the version that was read, or by its id whatever there is. */
  async remove(type: Kind, what: string | Shown): Promise<void> {
    const { id, version: seen, draft } = typeof what === "string" ? ({ id: what } as Shown) : what;
    const change = { type, id: id.toLowerCase(), op: "delete", data: null, seen, draft } as const;
    await this.#options.store.transact((rows) => edit(rows, change, this.#now(), false));
    await this.#changed();
  }

  /**
   * Everything up and everything new down. Never raises for a bad network: see the outcome. While one is under way,
   * another follows it, so that what was recorded before the call has gone up.
   */
  sync(): Promise<Synced> {
    if (this.#underWay) {
      this.#next ??= this.#underWay.catch(() => undefined).then(() => this.sync());
      return this.#next;
    }
    this.#next = undefined;
    this.#underWay = this.#synced().finally(() => (this.#underWay = undefined));
    return this.#underWay;
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

  /** Give up a change that the service refused: the diary shows again what the service has. */
  async letGo(type: Kind, id: string): Promise<void> {
    await this.#options.store.transact((rows) => rows.set(key.refused(type, id), undefined));
    this.#shows();
  }

  /**
   * End the session, and take everything off this device. Raises StillWaiting while something is on it only, unless the
   * person has said that it may be lost (`discard`). Without a network the session, and the messages to this device, end
   * with the next sync that has one.
   */
  async signOut({ discard = false } = {}): Promise<void> {
    const wasOn = this.#auto.isOn;
    this.stop();
    if (!discard) {
      await this.sync();
      const { waiting, refused, conflicts } = await this.status();
      if (waiting + refused + conflicts > 0) throw new StillWaiting(waiting + refused + conflicts);
      await this.#hearing.tell(); // what this sync has found
    }
    await this.identity.signOut();
    await this.wipe();
    if (wasOn && !(await this.#farewell.flush())) this.start();
  }

  /** Take everything off this device, whatever waits. */
  async wipe(): Promise<void> {
    await this.#underWay?.catch(() => undefined); // what it still brings must not come afterwards
    await this.#options.store.transact((rows) => rows.clear());
    this.#shows();
  }

  async #put<K extends Kind>(type: K, given: Given<K>): Promise<Recorded<K>> {
    const { keys, recorded } = await this.#recorder.put(type, given);
    await this.#changed(); // it may go up while the person reads what to do
    await this.#hearing.tell(keys);
    return recorded;
  }

  async #changed(): Promise<void> {
    this.#shows();
    this.#auto.changed();
    await this.#unsynced.tell();
  }

  async #synced(): Promise<Synced> {
    const isDone = await this.#farewell.flush();
    if (!(await this.connection.mayBeSignedIn())) {
      return { outcome: "signed_out", retryAt: isDone ? null : new Date(this.#now().getTime() + FAREWELL_AGAIN) };
    }
    const synced = await alone(this.#locks, this.#name, () => this.#sync.run());
    if (synced.outcome === "signed_out") this.#hearing.call(() => this.#options.onSignedOut?.());
    if (synced.outcome === "done") {
      await this.push.refresh();
      await this.#outbox.flush();
    }
    await this.#unsynced.tell();
    return synced;
  }

  #shows(): void {
    this.#hearing.call(() => this.#options.onChange?.());
  }

  #language(): string {
    const { language = "en" } = this.#options;
    return typeof language === "function" ? language() : language;
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}
