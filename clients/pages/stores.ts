// The diaries on this device: one database for each, named after it, so that nobody's entries get into another diary.
import { IndexedDbStore } from "../typescript/src/store/indexeddb.ts";

const PREFIX = "diary-";

export const storeOf = (patient: string): IndexedDbStore => new IndexedDbStore(PREFIX + patient);

/** Where the diary is synced: the browser's cookie says who it is. */
export const syncAddress = (origin: string): string => `${origin}/by-cookie`;

/** Whose diaries are on this device. */
export async function patientsHere(): Promise<string[]> {
  const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
  return names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
}
