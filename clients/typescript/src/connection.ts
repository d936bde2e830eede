// Requests by the published contract: typed by it, with the token, a time-out, and problems as errors.
import { NoAnswer, Problem } from "./errors.ts";
import type { Paths, ProblemDocument } from "./shapes.ts";

type Method = "get" | "put" | "post" | "patch" | "delete";
type Operation<P extends keyof Paths, M extends Method> = M extends keyof Paths[P] ? Paths[P][M] : never;
type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : undefined;
/** What a request of the contract takes as its body. */
export type BodyOf<P extends keyof Paths, M extends Method> =
  Operation<P, M> extends { requestBody?: infer Body } ? Json<NonNullable<Body>> : undefined;
/** What the answer to it holds. */
export type AnswerOf<P extends keyof Paths, M extends Method> =
  Operation<P, M> extends { responses: infer Responses }
    ? { [Status in keyof Responses]: Status extends 200 | 201 | 202 ? Json<Responses[Status]> : never }[keyof Responses]
    : never;

export interface Sent<Body> {
  /** What stands for the names in the path. */
  path?: Record<string, string>;
  query?: Record<string, string | number | boolean>;
  body?: Body;
  headers?: Record<string, string>;
}

/** The app's own safe place for the token: the key store of the phone. */
export interface Secrets {
  get(name: string): Promise<string | null | undefined>;
  /** null takes it away. */
  set(name: string, value: string | null): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

export interface ConnectionOptions {
  url: string;
  secrets: Secrets;
  /** Of the texts that people see: en, de, es or fr. */
  language: () => string;
  fetch?: typeof fetch;
  /** Milliseconds until an answer is given up. */
  timeout?: number;
}

const TOKEN = "token";
const LONGEST = 30_000;

export class Connection {
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** One request of the contract. Raises Problem for an answer that is no success, NoAnswer where there is none. */
  async request<P extends keyof Paths & string, M extends Method>(
    method: M,
    path: P,
    sent: Sent<BodyOf<P, M>> = {},
  ): Promise<AnswerOf<P, M>> {
    const answer = await this.send(method, address(path, sent), sent.body, sent.headers);
    if (answer.status >= 400) throw problemOf(answer);
    return answer.body as AnswerOf<P, M>;
  }

  /** Any request, and any answer. Raises NoAnswer. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const token = await this.#options.secrets.get(TOKEN);
    const given: Record<string, string> = { Accept: "application/json", "Accept-Language": this.#options.language() };
    if (token) given.Authorization = `Bearer ${token}`;
    if (body !== undefined) given["Content-Type"] = "application/json";
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), this.#options.timeout ?? LONGEST);
    try {
      const response = await (this.#options.fetch ?? fetch)(this.#options.url.replace(/\/$/, "") + path, {
        method: method.toUpperCase(),
        headers: Object.fromEntries(Object.entries({ ...given, ...headers }).filter(([, value]) => value !== "")),
        body: body === undefined ? null : JSON.stringify(body),
        signal: giveUp.signal,
        credentials: "omit",
        redirect: "error",
      });
      return { status: response.status, headers: response.headers, body: await read(response) };
    } catch (error) {
      throw new NoAnswer("There was no answer.", { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  token(): Promise<string | null | undefined> {
    return this.#options.secrets.get(TOKEN);
  }

  async keepToken(token: string | null): Promise<void> {
    await this.#options.secrets.set(TOKEN, token);
  }
}

function address(path: string, { path: names = {}, query = {} }: Sent<unknown>): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ""));
  const asked = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return asked.length > 0 ? `${filled}?${asked.join("&")}` : filled;
}

/** JSON, or nothing; an answer that is cut off in the middle, or isn't the service's, is none. */
async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  if (isJson && text) return JSON.parse(text);
  if (response.ok && text) throw new TypeError("something between this device and the service has answered");
  return undefined;
}

export function problemOf(answer: Answer): Problem {
  const { status, body } = answer;
  const blank: ProblemDocument = { type: "about:blank", title: String(status), status, detail: "" };
  const document = typeof body === "object" && body !== null ? { ...blank, ...(body as object) } : blank;
  return new Problem(document, retryAfter(answer.headers.get("retry-after")));
}

/** Seconds, from a number of them or a date. */
export function retryAfter(header: string | null, now: number = Date.now()): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
