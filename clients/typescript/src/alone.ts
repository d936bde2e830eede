// Between the tabs of a page, where the browser can (Web Locks). A lock goes with the tab that holds it.

/** `navigator.locks`, or null where there is nobody else. */
export type Locks = Pick<LockManager, "request"> | null;

export const ownLocks = (): Locks => (globalThis.navigator as { locks?: LockManager } | undefined)?.locks ?? null;

/** One after the other. Doing it twice at once would be safe, but for nothing. */
export function alone<T>(locks: Locks, name: string, work: () => Promise<T>): Promise<T> {
  return locks ? (locks.request(name, work) as Promise<T>) : work();
}

/** Nothing where another tab is at it. */
export async function unlessUnderWay(locks: Locks, name: string, work: () => Promise<void>): Promise<void> {
  if (!locks) return work();
  await locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
}
