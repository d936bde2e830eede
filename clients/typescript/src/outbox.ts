// Small requests that must arrive some day, each replacing an earlier one of its name: receipts, and this device.
import type { Connection } from "./connection.ts";
import { NoAnswer } from "./errors.ts";
import type { Store } from "./store/store.ts";

export interface Letter {
  method: "POST" | "PUT" | "DELETE";
  path: string;
  body?: unknown;
}

interface Kept extends Letter {
  name: string;
  id: number;
}

/** Answers after which trying again may help. */
const PASSING = new Set([401, 408, 425, 429]);

export class Outbox {
  readonly #connection: Connection;
  readonly #store: Store;

  constructor(connection: Connection, store: Store) {
    this.#connection = connection;
    this.#store = store;
  }

  /** Keep it, and try now. */
  async send(name: string, letter: Letter): Promise<void> {
    await this.#store.transact(async (rows) => {
      const id = ((await rows.get("letters")) as number | undefined) ?? 0;
      await rows.set("letters", id + 1);
      await rows.set(`letter/${name}`, { ...letter, name, id });
    });
    await this.flush();
  }

  /** Send what waits. What gets no answer waits on; what is refused for good is dropped. */
  async flush(): Promise<void> {
    const waiting = await this.#store.transact(async (rows) => (await rows.list("letter/")) as Kept[]);
    for (const { method, path, body, name, id } of waiting.sort((one, other) => one.id - other.id)) {
      try {
        let { status } = await this.#connection.send(method, path, body);
        if (status === 409 && method === "PUT") {
          ({ status } = await this.#connection.send(method, path, body, { "If-Match": "*" })); // ours, and older
        }
        if (status >= 500 || PASSING.has(status)) continue;
      } catch (error) {
        if (error instanceof NoAnswer) return;
        throw error;
      }
      await this.#store.transact(async (rows) => {
        const kept = (await rows.get(`letter/${name}`)) as Kept | undefined;
        if (kept?.id === id) await rows.set(`letter/${name}`, undefined);
      });
    }
  }
}
