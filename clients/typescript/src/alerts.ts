import type { Connection } from "./connection.ts";
import type { Outbox } from "./outbox.ts";
import type { Alert, GivenOutcome } from "./shapes.ts";

const ALERT = "/api/v1/patients/{patient}/alerts/{id}";

/** The alerts of a diary, and what people answer to them. */
export class Alerts {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #patient: string;

  constructor(connection: Connection, outbox: Outbox, patient: string) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#patient = patient;
  }

  /** All of them, open emergencies first. */
  async list(): Promise<Alert[]> {
    const path = { patient: this.#patient };
    const found: Alert[] = [];
    let cursor: string | null | undefined;
    do {
      const query: Record<string, string> = cursor ? { cursor } : {};
      const page = await this.#connection.request("get", "/api/v1/patients/{patient}/alerts", { path, query });
      found.push(...page.items);
      cursor = (page as { next_cursor?: string | null }).next_cursor;
    } while (cursor);
    return found;
  }

  get(id: string): Promise<Alert> {
    return this.#connection.request("get", ALERT, { path: this.#path(id) });
  }

  /** "I'm getting help", "I'm helping now": ends the messages for everyone, who can read the note. */
  acknowledge(id: string, note?: string): Promise<Alert> {
    const body = { note: note ?? null };
    return this.#connection.request("post", `${ALERT}/acknowledge`, { path: this.#path(id), body });
  }

  /** Takes that back, within ten minutes. */
  takeBack(id: string): Promise<Alert> {
    return this.#connection.request("delete", `${ALERT}/acknowledge`, { path: this.#path(id) });
  }

  /** Not an emergency, nor what is urgent: those answer 409. */
  snooze(id: string, until: Date): Promise<Alert> {
    const body = { until: until.toISOString() };
    return this.#connection.request("post", `${ALERT}/snooze`, { path: this.#path(id), body });
  }

  /** What the doctor said, or only `seen` or `not_yet`. */
  outcome(id: string, outcome: GivenOutcome): Promise<Alert> {
    return this.#connection.request("post", `${ALERT}/outcome`, { path: this.#path(id), body: { outcome } });
  }

  /**
   * A message has arrived, was opened, or was read. Kept and sent later where there is no network: without it the
   * message goes out once more on another way.
   */
  async receipt(id: string, status: "delivered" | "opened" | "read", delivery?: string): Promise<void> {
    const path = `/api/v1/patients/${encodeURIComponent(this.#patient)}/alerts/${encodeURIComponent(id)}/receipt`;
    await this.#outbox.send(`receipt/${id}/${status}`, { method: "POST", path, body: { status, delivery: delivery ?? null } });
  }

  #path(id: string): { patient: string; id: string } {
    return { patient: this.#patient, id };
  }
}
