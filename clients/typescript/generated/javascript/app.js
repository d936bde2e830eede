// What an app would write around the generated types: sign in, store an entry, see its danger signs, sync, read the alerts.
import createClient from "openapi-fetch";
const { DIARY_URL: baseUrl, DIARY_EMAIL: email, DIARY_PASSWORD: password } = process.env;
const identity = createClient({ baseUrl: baseUrl });
const { data: signedIn, error: notSignedIn } = await identity.POST("/api/auth/app/v1/auth/login", {
    body: { email: email, password: password },
});
if (signedIn === undefined)
    throw new Error(`${notSignedIn.status}: ${notSignedIn.detail}`);
const token = signedIn.meta.access_token;
const diary = createClient({ baseUrl: baseUrl, headers: { Authorization: `Bearer ${token}` } });
const entry = {
    id: crypto.randomUUID(),
    date: new Date().toISOString().slice(0, 10),
    recorded_at: new Date().toISOString(),
    time_zone: "Europe/Madrid",
    night_pain: 6,
    sites: ["lower_back"],
    symptoms: { saddle_numbness: true },
};
const address = { patient: "me", id: entry.id };
const { data: stored, error } = await diary.PUT("/api/v1/patients/{patient}/entries/{id}", {
    params: { path: address },
    body: entry,
});
if (stored === undefined)
    throw new Error(`${error.status}: ${error.detail}`);
for (const sign of stored.raised)
    console.log(`${sign.tier} ${sign.rule} ${sign.call ?? ""}`);
const change = { type: "entry", op: "put", id: entry.id, data: entry };
const { data: answer } = await diary.POST("/api/v1/patients/{patient}/sync", {
    params: { path: { patient: "me" } },
    body: { cursor: null, changes: [change] },
});
console.log(answer?.results.map((result) => `${result.status} ${result.version}`).join());
const { data: alerts } = await diary.GET("/api/v1/patients/{patient}/alerts", { params: { path: { patient: "me" } } });
console.log(alerts?.items.map((alert) => alert.rule).join());
