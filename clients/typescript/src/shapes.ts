// The words of the contract, by short names. `contract.ts` is generated from docs/openapi.yaml.
import type { components, paths } from "./contract.ts";

type Schemas = components["schemas"];

export type Paths = paths;
export type Entry = Schemas["Entry"];
export type Treatment = Schemas["Treatment"];
export type Event = Schemas["Event"];
export type Raised = Schemas["DangerSign"];
export type Alert = Schemas["ShownAlert"];
export type Profile = Schemas["StoredProfile"];
export type Device = Schemas["Device"];
export type ProblemDocument = Schemas["Problem"];
export type SyncAnswer = Schemas["SyncAnswer"];
export type SyncResult = Schemas["SyncResult"];
export type GivenOutcome = Schemas["GivenOutcome"]["outcome"];
export type SignUp = Schemas["SignUp"];
export type SignedInUser = Schemas["SignedInUser"];
export type IdentityFlow = Schemas["IdentityFlow"];

/** What a diary holds, by its name in the contract. */
export interface Contents {
  entry: Entry;
  treatment: Treatment;
  event: Event;
}
export type Kind = keyof Contents;
export type Content = Contents[Kind];

/** What a person answers; the rest of an entry is filled in when it is recorded. Left out or null: not answered. */
export type Answers = Omit<Entry, "id" | "date" | "recorded_at" | "time_zone">;

/** One change as it goes up. */
export interface Change {
  type: Kind;
  op: "put" | "delete";
  id: string;
  if_version: number | null;
  data?: Content;
}

/** What the service and this device add to what they give back. It is no part of what people write. */
const ADDED = ["version", "draft", "received_at", "clock_skew_seconds", "recorded_by", "screened", "note_unreadable"];

/** A copy of what somebody wrote, of plain values only: as it is kept, sent and compared. */
export function written<T extends Content>(content: T): T {
  const copy = JSON.parse(JSON.stringify(content)) as Record<string, unknown>;
  for (const name of ADDED) delete copy[name];
  if (typeof copy.id === "string") copy.id = copy.id.toLowerCase(); // as the service gives it back
  if (typeof copy.weight_kg === "number") copy.weight_kg = Math.round(copy.weight_kg * 100) / 100;
  return copy as T;
}

/** Whether both say the same: an answer left out is one that was not given, and the order of places is of no matter. */
export function saysTheSame(one: Content | null, other: Content | null): boolean {
  return one === other || (one !== null && other !== null && plain(one) === plain(other));
}

function plain(content: Content): string {
  return JSON.stringify(inOrder(written(content)));
}

function inOrder(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return [...value].sort();
  if (typeof value === "string" && name === "recorded_at") return Date.parse(value);
  if (typeof value !== "object" || value === null) return value;
  const said = Object.entries(value).map(([each, inner]) => [each, inOrder(inner, each)] as const);
  const given = said.filter(([, inner]) => inner !== null && inner !== undefined).sort();
  return given.length > 0 ? Object.fromEntries(given) : null;
}
