// A phone in a test: a diary on a store of its own, with the app's handlers writing down what they are given.
import { Diary } from "../src/index.ts";
import type { Conflict, DangerSign, Options, Refused, Store, Unsynced } from "../src/index.ts";
import { MemoryStore } from "../src/store/memory.ts";
import { Service } from "./service.ts";

export const MORNING = new Date("2026-03-02T07:30:00Z");

export interface Phone {
  diary: Diary;
  store: Store;
  signs: DangerSign[];
  conflicts: Conflict[];
  refused: Refused[];
  unsynced: Unsynced[];
  clock: { now: Date };
}

/** The same `store` again is the same phone after the app was started anew. */
export function phone(service: Service, options: Partial<Options> = {}): Phone {
  const store = options.store ?? new MemoryStore();
  const seen = {
    signs: [] as DangerSign[],
    conflicts: [] as Conflict[],
    refused: [] as Refused[],
    unsynced: [] as Unsynced[],
  };
  const clock = { now: MORNING };
  const diary = new Diary({
    url: "http://diary.example",
    store,
    secrets: { get: async () => "token", set: async () => undefined },
    fetch: service.fetch,
    now: () => clock.now,
    random: () => 0.5,
    locks: null,
    onDangerSign: (sign) => void seen.signs.push(sign),
    onConflict: (conflict) => void seen.conflicts.push(conflict),
    onRefused: (refused) => void seen.refused.push(refused),
    onUnsynced: (unsynced) => void seen.unsynced.push(unsynced),
    ...options,
  });
  return { diary, store, clock, ...seen };
}

/** Waits until everything that was begun without waiting is done. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
