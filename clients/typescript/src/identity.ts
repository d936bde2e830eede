// Signing up, in and out. A step that isn't the last gives what is asked for next; the SDK keeps its place, also when
// the app is killed while the person looks for the code in their mail.
import type { Answer, Connection, Secrets } from "./connection.ts";
import { problemOf } from "./connection.ts";
import { OtherAccount } from "./errors.ts";
import type { Farewell } from "./farewell.ts";
import { changeMeta, readMeta } from "./queue/kept.ts";
import type { IdentityFlow, SignUp, SignedInUser } from "./shapes.ts";
import type { Store } from "./store/store.ts";

const AT = "/api/auth/app/v1";
const PENDING = "pending";

/** While `health_consent_due`, ask for consent to the processing of health data. The diary doesn't wait for it. */
export type User = SignedInUser;

/** What comes next. `verify_email`: the code from the mail. `mfa_authenticate`: a second factor, of these `types`. */
export type Step =
  | { step: "signed_in"; user: User }
  | { step: "verify_email" | "password_reset_by_code" }
  | { step: "mfa_authenticate"; types: string[] };

/** What `navigator.credentials` or the phone's passkey library takes and gives, as JSON. */
export type PasskeyOptions = Readonly<Record<string, unknown>>;
export type PasskeyAnswer = Readonly<Record<string, unknown>>;

/** What a sign-up may say of it; or `PUT /api/v1/account/consent` later. */
export type Consent = Pick<SignUp, "consent_version" | "age_at_least" | "region">;

interface Body {
  data?: { user?: User; flows?: IdentityFlow[]; [name: string]: unknown };
  meta?: { session_token?: string; access_token?: string; is_authenticated?: boolean; [name: string]: unknown };
}

export class Identity {
  readonly #connection: Connection;
  readonly #secrets: Secrets;
  readonly #store: Store;
  readonly #farewell: Farewell;

  constructor(connection: Connection, secrets: Secrets, store: Store, farewell: Farewell) {
    this.#connection = connection;
    this.#secrets = secrets;
    this.#store = store;
    this.#farewell = farewell;
  }

  /** Then `verifyEmail` with the code from the mail. The same answer whether or not the address has an account. */
  signUp(account: SignUp): Promise<Step> {
    return this.#begin("POST", "/auth/signup", account);
  }

  /** The code from the mail: of a sign-up, or of a new address. */
  verifyEmail(code: string): Promise<Step> {
    return this.#step("POST", "/auth/email/verify", { key: code });
  }

  signIn(email: string, password: string): Promise<Step> {
    return this.#begin("POST", "/auth/login", { email, password });
  }

  /** The code of the authenticator app, or a recovery code. */
  secondFactor(code: string): Promise<Step> {
    return this.#step("POST", "/auth/2fa/authenticate", { code });
  }

  /** What to hand to the phone or browser for a sign-in with a passkey. */
  async passkeyOptions(): Promise<PasskeyOptions> {
    await this.#secrets.set(PENDING, null);
    return this.#options("/auth/webauthn/login");
  }

  signInWithPasskey(credential: PasskeyAnswer): Promise<Step> {
    return this.#step("POST", "/auth/webauthn/login", { credential });
  }

  /** A passkey as the second factor of a sign-in. */
  passkeySecondFactorOptions(): Promise<PasskeyOptions> {
    return this.#options("/auth/webauthn/authenticate");
  }

  passkeySecondFactor(credential: PasskeyAnswer): Promise<Step> {
    return this.#step("POST", "/auth/webauthn/authenticate", { credential });
  }

  /** What to hand to the phone or browser to make a passkey; then `addPasskey`. Asks for recent proof: `prove`. */
  newPasskeyOptions(): Promise<PasskeyOptions> {
    return this.#options("/account/authenticators/webauthn?passwordless");
  }

  async addPasskey(name: string, credential: PasskeyAnswer): Promise<void> {
    await this.#done(await this.#send("POST", "/account/authenticators/webauthn", { name, credential }));
  }

  /** A code goes out by mail; then `resetPassword`. */
  forgotPassword(email: string): Promise<Step> {
    return this.#begin("POST", "/auth/password/request", { email });
  }

  /** Every other session has ended then. */
  resetPassword(code: string, password: string): Promise<Step> {
    return this.#step("POST", "/auth/password/reset", { key: code, password });
  }

  /** Who it is again, for what asks for recent proof (a Problem of type `/problems/proof-required`, or here `/problems/reauthentication-required`). */
  prove(proof: { password: string } | { code: string } | { credential: PasskeyAnswer }): Promise<Step> {
    const way = "password" in proof ? "reauthenticate" : "code" in proof ? "2fa/reauthenticate" : "webauthn/reauthenticate";
    return this.#step("POST", `/auth/${way}`, proof);
  }

  /** The secret for an authenticator app, and the address that its QR code holds; then `turnOnSecondFactor`. */
  async secondFactorSecret(): Promise<{ secret: string; url: string }> {
    const answer = await this.#send("GET", "/account/authenticators/totp");
    const meta = (answer.body as Body | undefined)?.meta;
    if (answer.status !== 404 || typeof meta?.secret !== "string") throw problemOf(answer);
    return { secret: meta.secret, url: String(meta.totp_url ?? "") };
  }

  async turnOnSecondFactor(code: string): Promise<void> {
    await this.#done(await this.#send("POST", "/account/authenticators/totp", { code }));
  }

  async recoveryCodes(): Promise<string[]> {
    const body = await this.#done(await this.#send("GET", "/account/authenticators/recovery-codes"));
    return (body.data as { unused_codes?: string[] } | undefined)?.unused_codes ?? [];
  }

  /** Who is signed in on this device, as the service says; null for nobody. */
  async user(): Promise<User | null> {
    const answer = await this.#send("GET", "/auth/session");
    return answer.status === 200 ? ((answer.body as Body).data?.user ?? null) : null;
  }

  /**
   * End the session; without a network, as soon as there is one. `Diary.signOut` also looks at what waits, and clears the
   * device. Raises NoAnswer for a page's cookie, which only the service can take away.
   */
  async signOut(): Promise<void> {
    const { device } = await this.#store.transact(readMeta);
    await this.#secrets.set(PENDING, null);
    await this.#farewell.leave(device);
  }

  async #begin(method: string, path: string, body: unknown): Promise<Step> {
    await this.#secrets.set(PENDING, null);
    return this.#step(method, path, body, { Authorization: "" }); // somebody may be signed in, and stay so if this fails
  }

  async #step(method: string, path: string, body?: unknown, headers = {}): Promise<Step> {
    const answer = await this.#send(method, path, body, headers);
    const { data, meta } = (answer.body ?? {}) as Body;
    if (answer.status === 200 && data?.user) {
      if (meta?.access_token) await this.#keep(data.user, meta.access_token);
      return { step: "signed_in", user: data.user };
    }
    const pending = answer.status === 401 ? data?.flows?.find((flow) => flow.is_pending) : undefined;
    if (!pending) throw problemOf(answer);
    if (meta?.session_token) await this.#secrets.set(PENDING, meta.session_token);
    return { step: pending.id, types: pending.types ?? [] } as Step;
  }

  async #keep(user: User, token: string): Promise<void> {
    await this.#store.transact(async (rows) => {
      const { user: owner } = await readMeta(rows);
      if (owner !== null && owner !== user.id) throw new OtherAccount("this device holds somebody else's diary");
      await changeMeta(rows, { user: user.id });
      await rows.set("device-sent", undefined); // a device is pushed to by the session that stored it: store it again
    });
    await this.#connection.keepToken(token);
    await this.#secrets.set(PENDING, null);
  }

  async #options(path: string): Promise<PasskeyOptions> {
    const { data, meta } = await this.#done(await this.#send("GET", path));
    if (meta?.session_token) await this.#secrets.set(PENDING, meta.session_token);
    const options = data?.request_options ?? data?.creation_options;
    return ((options as { publicKey?: PasskeyOptions })?.publicKey ?? options) as PasskeyOptions;
  }

  async #done(answer: Answer): Promise<Body> {
    if (answer.status >= 300) throw problemOf(answer);
    return answer.body as Body;
  }

  async #send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const pending = await this.#secrets.get(PENDING);
    const session: Record<string, string> = pending ? { "X-Session-Token": pending } : {};
    return this.#connection.send(method, AT + path, body, { ...session, ...headers });
  }
}
