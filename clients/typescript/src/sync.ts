// Bringing the queue up and the news down, until neither has anything left.
import { problemOf } from "./connection.ts";
import type { Answer, Connection } from "./connection.ts";
import { NoAnswer } from "./errors.ts";
import type { Hearing } from "./hearing.ts";
import { askedSeconds, backoffSeconds } from "./queue/backoff.ts";
import { MOST_CHANGES, takeBatch } from "./queue/batch.ts";
import { allWaiting, changeMeta, readMeta } from "./queue/kept.ts";
import { beginAgain, restored } from "./queue/restored.ts";
import { settle } from "./queue/settle.ts";
import type { Change, ProblemDocument, SyncAnswer } from "./shapes.ts";
import { keepRaised } from "./signs/events.ts";
import type { Store } from "./store/store.ts";

/** How a sync ended. Whatever it was, what waits is kept. */
export interface Synced {
  /**
   * `done`: everything is up and down. `later`: no network, no answer, or too much at once. `signed_out`: sign in again
   * (`retryAt` is for a session that still waits to be ended).
   * `not_found`: this diary can't be seen by this account (any more).
   */
  outcome: "done" | "later" | "signed_out" | "not_found";
  /** When to try again; null where only a person can help. */
  retryAt: Date | null;
}

export interface SyncParts {
  connection: Connection;
  store: Store;
  hearing: Hearing;
  patient: string;
  now: () => Date;
  random: () => number;
  onChange: () => void;
}

export class Sync {
  readonly #parts: SyncParts;
  /** Fewer after each failure, so that a bad network carries at least a little. */
  #most = MOST_CHANGES;
  #failures = 0;
  #notBefore = 0;

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  /** Once, until there is nothing left or something is in the way. */
  async run(): Promise<Synced> {
    const { now } = this.#parts;
    if (now().getTime() < this.#notBefore) return { outcome: "later", retryAt: new Date(this.#notBefore) };
    const fullForToday = new Set<string>();
    for (;;) {
      const { changes, cursor } = await this.#next(fullForToday);
      let answer: Answer;
      try {
        answer = await this.#post(cursor, changes);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        return this.#failed(null);
      }
      if (answer.status !== 200) {
        const stopped = await this.#problem(answer, changes);
        if (stopped) return stopped;
        continue;
      }
      const body = answer.body as SyncAnswer;
      if (await this.#take(changes, body, fullForToday)) return this.#finished(fullForToday);
    }
  }

  async #next(leaveOut: ReadonlySet<string>): Promise<{ changes: Change[]; cursor: string | null }> {
    return this.#parts.store.transact(async (rows) => ({
      changes: await takeBatch(rows, this.#most, leaveOut),
      cursor: (await readMeta(rows)).cursor,
    }));
  }

  #post(cursor: string | null, changes: Change[]): Promise<Answer> {
    const { connection, patient } = this.#parts;
    return connection.send("POST", `/api/v1/patients/${encodeURIComponent(patient)}/sync`, { cursor, changes });
  }

  /** Keeps all that an answer says in one step; true when nothing is left to do. */
  async #take(changes: Change[], body: SyncAnswer, fullForToday: Set<string>): Promise<boolean> {
    const { store, now, onChange } = this.#parts;
    const settled = await store.transact(async (rows) => {
      for (const [at, change] of changes.entries()) await keepRaised(rows, body.results[at]?.raised, change);
      const found = await settle(rows, changes, body, now());
      for (const id of found.later) fullForToday.add(id);
      const again = !body.has_more && (await restored(rows, now()));
      const left = (await allWaiting(rows)).filter((one) => !fullForToday.has(one.id));
      const isDone = !body.has_more && !again && left.length === 0;
      if (isDone && fullForToday.size === 0) await changeMeta(rows, { syncedAt: now().toISOString(), unsynced: null });
      return { ...found, isDone };
    });
    this.#failures = 0;
    this.#most = Math.min(MOST_CHANGES, this.#most * 2);
    if (settled.changed) onChange();
    this.#tell();
    return settled.isDone;
  }

  /** A whole request that was refused. Gives how the sync ends, null to go on. */
  async #problem(answer: Answer, changes: Change[]): Promise<Synced | null> {
    const problem = problemOf(answer);
    const { store } = this.#parts;
    const { raised, errors } = problem.document;
    if (raised?.length) {
      await store.transact((rows) => keepRaised(rows, raised, changes.length === 1 ? changes[0]! : { type: "entry", id: "" }));
      this.#tell();
    }
    if (answer.status === 401) return { outcome: "signed_out", retryAt: null };
    if (answer.status === 404 || answer.status === 403) return { outcome: "not_found", retryAt: null };
    if (answer.status === 400 && errors?.some((error) => error.pointer === "/cursor")) {
      await store.transact((rows) => beginAgain(rows));
      return null;
    }
    if ((answer.status === 413 || answer.status === 400) && changes.length > 0) {
      if (changes.length === 1) await this.#refuse(changes[0]!, problem.document);
      else this.#most = Math.ceil(changes.length / 2);
      return null;
    }
    return this.#failed(problem.retryAfter);
  }

  /** The one change that a whole request was refused for. */
  async #refuse(change: Change, problem: ProblemDocument): Promise<void> {
    const { store, now } = this.#parts;
    const { cursor } = await store.transact(readMeta);
    const result = { id: change.id, status: "invalid" as const, version: null, raised: [], problem };
    const answer = { results: [result], changes: [], cursor: cursor as string, has_more: true };
    await store.transact((rows) => settle(rows, [change], answer, now()));
    this.#tell();
  }

  #failed(asked: number | null): Synced {
    const { now, random } = this.#parts;
    this.#most = Math.max(1, Math.ceil(this.#most / 2));
    const seconds = asked === null ? backoffSeconds(this.#failures, random) : askedSeconds(asked, random);
    this.#failures += 1;
    const at = now().getTime() + seconds * 1000;
    if (asked !== null) this.#notBefore = at; // the service's own wish holds for everybody, also for an impatient tap
    return { outcome: "later", retryAt: new Date(at) };
  }

  #finished(fullForToday: ReadonlySet<string>): Synced {
    if (fullForToday.size === 0) return { outcome: "done", retryAt: null };
    return { outcome: "later", retryAt: new Date(this.#parts.now().getTime() + 3_600_000) };
  }

  /** Without waiting: a person may take a while to read, and the rest of the queue must not wait for that. */
  #tell(): void {
    const { hearing } = this.#parts;
    hearing.tell().catch((error: unknown) => hearing.failed(error));
  }
}
