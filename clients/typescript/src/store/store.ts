/** What can be kept: JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };

/** Values by key, as one piece of work sees them: with its own changes, and without anybody else's. */
export interface Rows {
  /** The value, undefined where there is none. */
  get(key: string): Promise<unknown>;
  /** Keep a value; undefined removes it. */
  set(key: string, value: unknown): Promise<void>;
  /** All values whose keys begin so, in the order of the keys. */
  list(prefix: string): Promise<unknown[]>;
  /** Remove everything. */
  clear(): Promise<void>;
}

/**
 * Where a diary is kept on a device.
 *
 * Everything else in this package relies on these two promises: what `work` did is kept whole or not at all, also when
 * the app is killed in the middle; and when `transact` resolves, it is on disk. `work` may await nothing but its rows.
 */
export interface Store {
  /** Do a piece of work on its own. Rejects, and keeps nothing of it, when `work` does. */
  transact<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
}
