// Syncing by itself: at the start, after each change, when the network or the page comes back, and now and then.
import type { Synced } from "./sync.ts";

const AFTER_A_CHANGE = 500;
const NOW_AND_THEN = 15 * 60_000;
const AFTER_A_FAULT = 60_000;

interface Page {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
  document?: Page & { visibilityState?: string };
}

export class Auto {
  readonly #sync: () => Promise<Synced>;
  readonly #now: () => Date;
  readonly #failed: (error: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOn = false;

  constructor(sync: () => Promise<Synced>, now: () => Date, failed: (error: unknown) => void) {
    this.#sync = sync;
    this.#now = now;
    this.#failed = failed;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  start(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    const page = globalThis as Page;
    page.addEventListener?.("online", this.#wake);
    page.document?.addEventListener?.("visibilitychange", this.#wake);
    this.#in(0);
  }

  stop(): void {
    this.#isOn = false;
    clearTimeout(this.#timer);
    const page = globalThis as Page;
    page.removeEventListener?.("online", this.#wake);
    page.document?.removeEventListener?.("visibilitychange", this.#wake);
  }

  /** Something was recorded. */
  changed(): void {
    this.#in(AFTER_A_CHANGE);
  }

  readonly #wake = (): void => {
    if ((globalThis as Page).document?.visibilityState !== "hidden") this.#in(0);
  };

  #in(milliseconds: number): void {
    if (!this.#isOn) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#once(), milliseconds);
    (this.#timer as { unref?(): void }).unref?.(); // in Node.js it keeps no script from ending
  }

  async #once(): Promise<void> {
    try {
      const { outcome, retryAt } = await this.#sync();
      if (retryAt) this.#in(Math.max(0, retryAt.getTime() - this.#now().getTime()));
      else if (outcome === "signed_out") this.stop();
      else this.#in(NOW_AND_THEN);
    } catch (error) {
      this.#in(AFTER_A_FAULT); // a disk that is full for an hour must not end it for ever
      this.#failed(error);
    }
  }
}
