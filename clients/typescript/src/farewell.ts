// Ending a session also where there is no network: its token is kept in the key store until the service has ended it.
// Nothing else of the person is kept for that.
import type { Connection, Secrets } from "./connection.ts";
import { NoAnswer } from "./errors.ts";

const LEFT = "left";
const SESSION = "/api/auth/app/v1/auth/session";
const PASSING = new Set([408, 425, 429]);

/** A session that was left, and the device that messages were pushed to. */
interface Left {
  token: string;
  device: string | null;
}

export class Farewell {
  readonly #connection: Connection;
  readonly #secrets: Secrets;

  constructor(connection: Connection, secrets: Secrets) {
    this.#connection = connection;
    this.#secrets = secrets;
  }

  /**
   * Forget the token for everything but ending its session, and try to end it now. Raises NoAnswer for a page's cookie,
   * which only the service can take away.
   */
  async leave(device: string | null): Promise<void> {
    const token = await this.#connection.token();
    if (token) await this.#keep([...(await this.#left()), { token, device }]);
    else if (await this.#connection.mayBeSignedIn()) await this.#end(device);
    await this.#connection.keepToken(null);
    await this.flush();
  }

  /** End what was left. Whether nothing is left then. */
  async flush(): Promise<boolean> {
    for (const one of await this.#left()) {
      if (!(await this.#isEnded(one))) continue;
      await this.#keep((await this.#left()).filter(({ token }) => token !== one.token));
    }
    return (await this.#left()).length === 0;
  }

  async #isEnded({ token, device }: Left): Promise<boolean> {
    try {
      await this.#end(device, { Authorization: `Bearer ${token}` });
      return true;
    } catch (error) {
      if (error instanceof NoAnswer) return false;
      throw error;
    }
  }

  /** A session that has ended already, and a device that is gone, are as good. Raises NoAnswer. */
  async #end(device: string | null, headers: Record<string, string> = {}): Promise<void> {
    for (const path of [...(device === null ? [] : [`/api/v1/devices/${device}`]), SESSION]) {
      const { status } = await this.#connection.send("DELETE", path, undefined, headers);
      if (status >= 500 || PASSING.has(status)) throw new NoAnswer("The service is busy.");
    }
  }

  /** Nothing where the app's `get` gives one token whatever it is asked for. */
  async #left(): Promise<Left[]> {
    const kept = (await this.#secrets.get(LEFT)) ?? "";
    return kept.startsWith("[") ? (JSON.parse(kept) as Left[]) : [];
  }

  async #keep(left: readonly Left[]): Promise<void> {
    await this.#secrets.set(LEFT, left.length > 0 ? JSON.stringify(left) : null);
  }
}
