/** One at a time in all tabs of a page, where the browser can; syncing twice at once would be safe, but for nothing. */
export const aloneInAllTabs =
  (name: string) =>
  <T>(work: () => Promise<T>): Promise<T> => {
    const { locks } = (globalThis.navigator ?? {}) as { locks?: LockManager };
    return locks ? (locks.request(`symptom-diary ${name}`, work) as Promise<T>) : work();
  };
