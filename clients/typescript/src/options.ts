import type { Locks } from "./alone.ts";
import type { Secrets } from "./connection.ts";
import type { Handlers } from "./hearing.ts";
import type { Shown } from "./queue/shown.ts";
import type { Contents, Kind } from "./shapes.ts";
import type { DangerSign } from "./signs/events.ts";
import type { Store } from "./store/store.ts";

export interface Options extends Handlers {
  /** Where the service is: `https://diary.example`. */
  url: string;
  /** Where the diary is kept on this device: one store for each diary. */
  store: Store;
  /** Where the token is kept: the key store of the phone. */
  secrets?: Secrets;
  /** For pages of the service's own origin: its session cookie in place of a token. */
  cookies?: boolean;
  /** Whose diary; `me` is the person's own. */
  patient?: string;
  /** Whether it is the person's own, where `patient` is an id: advice speaks to them. Default: only for `me`. */
  own?: boolean;
  /** ISO 3166 code of the country, for the emergency number, until the profile says it. */
  region?: string | null;
  /** Of the texts that people see: en, de, es or fr. A function where it can change. */
  language?: string | (() => string);
  /** After so many days with something on this device only, `onUnsynced` says so. Default: 2. */
  unsyncedAfterDays?: number;
  fetch?: typeof fetch;
  /** Milliseconds until an answer is given up. Default: 30,000. */
  timeout?: number;
  /** What keeps tabs from doing the same at once. Default: `navigator.locks`; null where nobody else has this store. */
  locks?: Locks;
  now?: () => Date;
  random?: () => number;
}

export interface Recorded<K extends Kind> {
  content: Shown<Contents[K]>;
  /** The danger signs that this device finds in it; `onDangerSign` has finished with them. */
  signs: DangerSign[];
}

export interface Status {
  waiting: number;
  refused: number;
  conflicts: number;
  /** The last time that everything was up and down. */
  syncedAt: string | null;
}
