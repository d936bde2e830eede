import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection, NoAnswer, Problem, inKilograms, inPounds, newId } from "../src/index.ts";
import { saysTheSame, written } from "../src/shapes.ts";
import { json, problem } from "./service.ts";

const secrets = { get: async () => "a-token", set: async () => undefined };
const language = (): string => "de";
type Asked = { url: string; init: RequestInit };

/** A connection, with what it sends; each request gets `answer`. */
function connected(answer: () => Response | Promise<Response>, more: object = {}): { http: Connection; asked: Asked[] } {
  const asked: Asked[] = [];
  const fetching = async (url: string, init: RequestInit): Promise<Response> => {
    asked.push({ url, init });
    return answer();
  };
  const options = { url: "https://diary.example/", secrets, language, fetch: fetching as typeof fetch, ...more };
  return { http: new Connection(options), asked };
}

test("a request brings the token and the language, and never a cookie", async () => {
  const { http, asked } = connected(() => json(200, { items: [] }));
  await http.request("get", "/api/v1/patients/{patient}/entries", { path: { patient: "a/b" }, query: { limit: 5 } });
  assert.equal(asked[0]!.url, "https://diary.example/api/v1/patients/a%2Fb/entries?limit=5");
  assert.partialDeepStrictEqual(asked[0]!.init, {
    headers: { Authorization: "Bearer a-token", "Accept-Language": "de" },
    credentials: "omit",
  });
});

test("a page of the service's own origin brings its cookie, and says that it is a page", async () => {
  const { http, asked } = connected(() => json(200, {}), { secrets: undefined, cookies: true });
  await http.send("GET", "/api/v1/caring");
  const headers = asked[0]!.init.headers as Record<string, string>;
  assert.equal(asked[0]!.init.credentials, "same-origin");
  assert.ok(headers["X-Requested-With"]);
  assert.equal(headers.Authorization, undefined);
});

test("an answer that is no success is a problem, with its document", async () => {
  const errors = [{ pointer: "/worst_pain", code: "invalid_value", detail: "0 to 10" }];
  const { http } = connected(() => json(400, problem(400, { errors }), { "Retry-After": "7" }));
  await assert.rejects(http.request("get", "/api/v1/caring"), (error) => {
    assert.ok(error instanceof Problem);
    assert.deepEqual([error.status, error.retryAfter, error.document.errors], [400, 7, errors]);
    return true;
  });
});

test("no answer, half of one, and one of somebody in between are none", async () => {
  const none = [
    () => Promise.reject(new TypeError("fetch failed")),
    () => new Response('{"results": [', { headers: { "Content-Type": "application/json" } }),
    () => new Response("<h1>Hotel WiFi</h1>", { headers: { "Content-Type": "text/html" } }),
    () => new Promise<Response>((_, reject) => setTimeout(() => reject(new Error("given up")), 20)),
  ];
  for (const answer of none) {
    await assert.rejects(connected(answer, { timeout: 10 }).http.send("GET", "/api/v1/caring"), NoAnswer);
  }
});

test("pounds come back as they were entered", () => {
  for (let tenths = 900; tenths < 4000; tenths += 1) assert.equal(inPounds(inKilograms(tenths / 10)), tenths / 10);
});

test("what is sent is what somebody wrote, with weights of two decimals", () => {
  const read = { id: newId(), kind: "fall", date: "2026-03-02", version: 3, screened: true } as const;
  assert.deepEqual(written(read as never), { id: read.id, kind: "fall", date: "2026-03-02" });
  assert.equal((written({ weight_kg: 70.0999984741211 } as never) as { weight_kg: number }).weight_kg, 70.1);
});

test("an answer left out is one that was not given, and an instant is the same in any offset", () => {
  const one = { recorded_at: "2026-03-02T08:00:00+01:00", sites: ["neck", "hip"], symptoms: {}, note: null };
  const other = { recorded_at: "2026-03-02T07:00:00Z", sites: ["hip", "neck"], worst_pain: null };
  assert.ok(saysTheSame(one as never, other as never));
  assert.ok(!saysTheSame(one as never, { ...other, worst_pain: 0 } as never));
});

test("ids made later sort later", () => {
  const [first, second] = [newId(new Date(1000)), newId(new Date(2000))];
  assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(first < second);
  assert.equal(new Set(Array.from({ length: 1000 }, () => newId())).size, 1000);
});
