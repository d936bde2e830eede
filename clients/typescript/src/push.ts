import { phoneZone } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { newId } from "./id.ts";
import type { Outbox } from "./outbox.ts";
import { changeMeta, readMeta } from "./queue/kept.ts";
import type { Store } from "./store/store.ts";

export interface ThisDevice {
  platform: "android" | "ios" | "web";
  /** The token of Firebase, or on the web the subscription as JSON; null while there is none. */
  pushToken: string | null;
  appVersion?: string;
  language?: "de" | "en" | "es" | "fr";
}

/** This installation of the app: where messages are pushed to, and the zone that the person is in. */
export class Push {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #store: Store;
  readonly #now: () => Date;

  constructor(connection: Connection, outbox: Outbox, store: Store, now: () => Date) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#store = store;
    this.#now = now;
  }

  /** Register this device, again whenever something about it changes. It is kept, and sent later if need be. */
  async register(device: ThisDevice): Promise<void> {
    await this.#store.transact((rows) => rows.set("device", device));
    await this.refresh();
  }

  /** Tell the service where this device is now; nothing is sent while nothing has changed. */
  async refresh(): Promise<void> {
    const zone = phoneZone(this.#now());
    const put = await this.#store.transact(async (rows) => {
      const device = (await rows.get("device")) as ThisDevice | undefined;
      if (!device) return null;
      const id = (await readMeta(rows)).device ?? newId(this.#now());
      const { platform, pushToken, appVersion = null, language = null } = device;
      const shown = { id, platform, push_token: pushToken, time_zone: zone, app_version: appVersion, language };
      if (JSON.stringify(await rows.get("device-sent")) === JSON.stringify(shown)) return null;
      await rows.set("device-sent", shown);
      await changeMeta(rows, { device: id });
      return shown;
    });
    if (put) await this.#outbox.send("device", { method: "PUT", path: `/api/v1/devices/${put.id}`, body: put });
  }

  /** The `applicationServerKey` to subscribe a browser with; null where there is no web push. */
  async webPushKey(): Promise<string | null> {
    return (await this.#connection.request("get", "/api/v1/push-key")).web_push;
  }
}
