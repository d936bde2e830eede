// A service in memory that keeps the sync of the contract, for tests of what a phone does with its answers.
import type { Change, Content, ProblemDocument, Raised, SyncResult } from "../src/shapes.ts";
import { saysTheSame } from "../src/shapes.ts";

interface Stored {
  type: Change["type"];
  id: string;
  version: number;
  revision: number;
  data: Content | null;
}
interface Asked {
  cursor: string | null;
  changes: Change[];
}

export class Service {
  readonly rows = new Map<string, Stored>();
  /** Every sync that arrived. */
  readonly asked: Asked[] = [];
  /** Method, path and token of every other request. */
  readonly others: string[] = [];
  /** What becomes of the next requests, in order; afterwards all is well. */
  readonly fates: ("lost before" | "lost after" | Response | ((asked: Asked) => Response | undefined))[] = [];
  /** The danger signs in what is stored. */
  raises: (change: Change) => Raised[] = () => [];
  refuses: (change: Change) => ProblemDocument | undefined = () => undefined;
  page = 500;
  #revision = 0;
  readonly #before = new Map<string, (Content | null)[]>();

  readonly fetch = (async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const fate = this.fates.shift();
    if (fate === "lost before") throw new TypeError("fetch failed");
    if (!String(url).endsWith("/sync")) {
      const { Authorization } = init!.headers as Record<string, string>;
      this.others.push([init!.method, new URL(String(url)).pathname, Authorization].join(" "));
      return json(404, problem(404));
    }
    const asked = JSON.parse(String(init!.body)) as Asked;
    this.asked.push(asked);
    if (fate instanceof Response) return fate;
    const refused = typeof fate === "function" ? fate(asked) : undefined;
    if (refused) return refused;
    const answer = json(200, this.sync(asked));
    if (fate === "lost after") throw new TypeError("fetch failed");
    return answer;
  }) as typeof fetch;

  /** What another device sends. */
  sync({ cursor, changes }: Asked): unknown {
    const results = changes.map((change) => this.#do(change));
    const after = Number(cursor ?? 0);
    const news = [...this.rows.values()].filter((row) => row.revision > after);
    news.sort((one, other) => one.revision - other.revision);
    const page = news.slice(0, this.page);
    return {
      results,
      changes: page.map(({ type, id, version, data }) => {
        const op = data === null ? "delete" : "put";
        return { type, id, version, op, data: data === null ? null : { ...data, version, screened: true } };
      }),
      cursor: String(page.at(-1)?.revision ?? this.#revision),
      has_more: news.length > page.length,
    };
  }

  #do(change: Change): SyncResult {
    const { id, type } = change;
    const data = change.data ?? null;
    const problemOfIt = this.refuses(change);
    if (problemOfIt) return { id, status: "invalid", version: null, raised: [], problem: problemOfIt };
    const stands = this.rows.get(id);
    const raised = this.raises(change);
    const same = { id, version: stands?.version ?? null, raised };
    if (stands?.data === null) return { ...same, status: "deleted" };
    if (stands && data && saysTheSame(stands.data, data)) return { ...same, status: "unchanged" };
    const base = change.if_version ?? 0;
    const became = this.#before.get(id)?.[base];
    if (stands && base < stands.version && became && saysTheSame(became, data)) return { ...same, status: "unchanged" };
    if (base !== (stands?.version ?? 0)) {
      const current = stands ? ({ ...stands.data, version: stands.version } as never) : null;
      const refused = raised.map((sign) => ({ ...sign, stored: false, alert: null }));
      return { ...same, raised: refused, status: "conflict", problem: problem(412), current };
    }
    this.#revision += 1;
    this.rows.set(id, { type, id, version: base + 1, revision: this.#revision, data });
    this.#before.set(id, [...(this.#before.get(id) ?? []), data]);
    return { id, status: data ? "stored" : "deleted", version: base + 1, raised };
  }
}

export const problem = (status: number, more: Partial<ProblemDocument> = {}): ProblemDocument => ({
  ...{ type: "about:blank", title: "", status, detail: "" },
  ...more,
});

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
