// Somebody's way through the service with the SDK, from the sign-up to the sign-out. What it needs from outside (the
// code from the mail, an authenticator, a passkey) it asks for on stdout and reads from stdin, a line of JSON each.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { Diary, MemoryStore, OtherAccount, Problem, StillWaiting, addDays, localMoment } from "../../src/index.ts";
import type { DangerSign, PasskeyAnswer } from "../../src/index.ts";

const url = process.env.DIARY_URL!;
const password = "correct horse battery staple";
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function ask(what: string, about: unknown = null): Promise<unknown> {
  console.log(JSON.stringify([what, about]));
  return JSON.parse((await lines.next()).value as string);
}
const codeFor = (email: string): Promise<string> => ask("mail", email) as Promise<string>;

const store = new MemoryStore();
const secrets = new Map<string, string | null>();
const signs: DangerSign[] = [];
let isOnline = true;
const app = (): Diary =>
  new Diary({
    url,
    store,
    secrets: { get: async (name) => secrets.get(name), set: async (name, value) => void secrets.set(name, value) },
    fetch: (...asked) => (isOnline ? fetch(...asked) : Promise.reject(new TypeError("no network"))),
    locks: null,
    onDangerSign: (sign) => signs.push(sign),
  });

const email = "alice@example.org";
assert.deepEqual((await app().identity.signUp({ email, password, name: "Alice" })).step, "verify_email");
await assert.rejects(app().identity.verifyEmail("WRONG1"), Problem);
const alice = app(); // started anew while the person looked for the code
assert.equal((await alice.identity.verifyEmail(await codeFor(email))).step, "signed_in");
assert.equal((await alice.identity.user())!.email, email);

// A diary, and what becomes of its danger signs.
const { content: night } = await alice.record({ night_pain: 8, woke_from_sleep: true });
await alice.sync();
assert.deepEqual(signs, []);
await alice.profile.change({ cancer_history: true, region: "US" });
assert.partialDeepStrictEqual(signs, [{ stage: "raised", rule: "cancer_history_spinal_pain", type: "profile" }]);
await alice.record({ symptoms: { unable_to_walk: true } }, { date: addDays(localMoment(new Date()).date, -1) });
assert.partialDeepStrictEqual(signs.at(-1), { stage: "noted", rule: "cauda_equina", call: "911" });
await alice.sync();
const [emergency] = await alice.alerts.list();
assert.partialDeepStrictEqual(emergency, { rule: "cauda_equina", state: "open" });
assert.equal((await alice.alerts.acknowledge(emergency!.id, "Bob drives me.")).state, "acknowledged");
assert.equal((await alice.alerts.takeBack(emergency!.id)).state, "open");
assert.equal((await alice.alerts.get(emergency!.id)).tier, "emergency");

// Receipts and the device wait for a network.
isOnline = false;
await alice.alerts.receipt(emergency!.id, "read");
await alice.push.register({ platform: "android", pushToken: "a-token-of-firebase", appVersion: "1.0" });
isOnline = true;
assert.equal((await alice.sync()).outcome, "done");
const { items: devices } = await alice.connection.request("get", "/api/v1/devices");
assert.partialDeepStrictEqual(devices, [{ platform: "android", time_zone: localMoment(new Date()).time_zone }]);

// A new token takes the place of the old one.
await alice.push.register({ platform: "android", pushToken: "another-token-of-firebase", appVersion: "1.1" });
const { items: updated } = await alice.connection.request("get", "/api/v1/devices");
assert.partialDeepStrictEqual(updated, [{ platform: "android", app_version: "1.1" }]);
const { responses } = await alice.alerts.get(emergency!.id);
assert.ok(responses.some((response) => response.did === "read"));
assert.equal((await alice.alerts.outcome(emergency!.id, "seen")).outcome, "seen");

// A second factor and a passkey.
await alice.identity.prove({ password });
const { secret } = await alice.identity.secondFactorSecret();
await alice.identity.turnOnSecondFactor((await ask("authenticator", secret)) as string);
const [recovery, another] = await alice.identity.recoveryCodes();
await alice.identity.prove({ code: another! });
const made = (await ask("new passkey", await alice.identity.newPasskeyOptions())) as PasskeyAnswer;
await alice.identity.addPasskey("Alice's phone", made);

// Signing out loses nothing, and leaves nothing.
isOnline = false;
await alice.change(night.id, { night_pain: 7 });
await assert.rejects(alice.signOut(), StillWaiting);
isOnline = true;
await alice.signOut();
assert.equal(secrets.get("token"), null);
assert.equal(store.kept.size, 0);
assert.equal((await alice.sync()).outcome, "signed_out");

const again = app();
await assert.rejects(again.identity.signIn(email, "not the password"), Problem);
assert.equal((await again.identity.signIn(email, password)).step, "mfa_authenticate");
assert.equal((await again.identity.secondFactor(recovery!)).step, "signed_in");
await again.sync();
assert.partialDeepStrictEqual(await again.get("entry", night.id), { night_pain: 7, version: 2 });

// Somebody else's account can't get hold of what is on the device.
await assert.rejects(again.identity.signIn("bob@example.org", password), OtherAccount);
assert.equal((await again.identity.user())!.email, email);
await again.signOut();

const signed = (await ask("passkey", await again.identity.passkeyOptions())) as PasskeyAnswer;
assert.equal((await again.identity.signInWithPasskey(signed)).step, "signed_in");

// A forgotten password.
await again.signOut();
assert.equal((await again.identity.forgotPassword(email)).step, "password_reset_by_code");
await again.identity.resetPassword(await codeFor(email), "an entirely different secret");
assert.equal((await again.identity.signIn(email, "an entirely different secret")).step, "mfa_authenticate");
console.log(JSON.stringify(["done", null]));
