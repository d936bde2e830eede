import type { BodyOf, Connection } from "./connection.ts";
import { Problem } from "./errors.ts";
import type { Hearing } from "./hearing.ts";
import { changeMeta } from "./queue/kept.ts";
import type { Profile, Raised } from "./shapes.ts";
import { keepRaised } from "./signs/events.ts";
import type { Store } from "./store/store.ts";

const PROFILE = "/api/v1/patients/{patient}/profile";

/** The profile of a diary. It sharpens the rules: a history of cancer makes last night's pain urgent. */
export class ProfilePage {
  readonly #connection: Connection;
  readonly #store: Store;
  readonly #hearing: Hearing;
  readonly #patient: string;

  constructor(connection: Connection, store: Store, hearing: Hearing, patient: string) {
    this.#connection = connection;
    this.#store = store;
    this.#hearing = hearing;
    this.#patient = patient;
  }

  async read(): Promise<Profile> {
    const profile = await this.#connection.request("get", PROFILE, { path: { patient: this.#patient } });
    await this.#store.transact((rows) => changeMeta(rows, { region: profile.region ?? null }));
    return profile;
  }

  /** Change some of it. The danger signs that this makes of earlier days have been shown when it resolves. */
  async change(fields: BodyOf<typeof PROFILE, "patch">): Promise<Profile> {
    try {
      const path = { patient: this.#patient };
      const profile = await this.#connection.request("patch", PROFILE, { path, body: fields });
      await this.#store.transact((rows) => changeMeta(rows, { region: profile.region ?? null }));
      await this.#show(profile.raised);
      return profile;
    } catch (error) {
      if (error instanceof Problem) await this.#show(error.document.raised);
      throw error;
    }
  }

  async #show(raised: readonly Raised[] | undefined): Promise<void> {
    if (!raised?.length) return;
    await this.#store.transact((rows) => keepRaised(rows, raised, { type: "profile", id: null }));
    await this.#hearing.tell();
  }
}
