// What lies between a phone and the service on a bad day.
import { createServer, request } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Random } from "./random.ts";

type Fate = "through" | "drop" | "late" | "cut after" | "cut within" | "repeat" | "busy" | "flap";
const BAD_DAY: readonly Fate[] = ["drop", "late", "cut after", "cut within", "repeat", "busy", "flap"];

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export class Proxy {
  /** How often something goes wrong, from 0 to 1. */
  trouble = 0.6;
  readonly counts: Partial<Record<Fate, number>> = {};
  readonly #to: URL;
  readonly #random: Random;
  readonly #server: Server;
  #downFor = 0;

  constructor(to: string, random: Random) {
    this.#to = new URL(to);
    this.#random = random;
    this.#server = createServer((asked, answer) => {
      this.#pass(asked, answer).catch(() => asked.socket.destroy());
    });
  }

  /** Where it is reached. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await whole(asked);
    const fate = this.#fate();
    this.counts[fate] = (this.counts[fate] ?? 0) + 1;
    if (fate === "drop" || fate === "flap") return void asked.socket.destroy();
    if (fate === "late") await new Promise((resolve) => setTimeout(resolve, this.#random.next() * 20));
    if (fate === "busy") return void answer.writeHead(503).end();
    if (fate === "repeat") await this.#forward(asked, body);
    const got = await this.#forward(asked, body);
    if (fate === "cut after") return void asked.socket.destroy();
    const { "transfer-encoding": _, ...headers } = got.headers;
    answer.writeHead(got.status, { ...headers, "content-length": got.body.length });
    if (fate !== "cut within") return void answer.end(got.body);
    answer.write(got.body.subarray(0, got.body.length / 2), () => asked.socket.destroy());
  }

  #fate(): Fate {
    if (this.trouble === 0) return "through";
    if (this.#downFor > 0) {
      this.#downFor -= 1;
      return "flap";
    }
    if (!this.#random.happens(this.trouble)) return "through";
    const fate = this.#random.one(BAD_DAY);
    if (fate === "flap") this.#downFor = 1 + Math.floor(this.#random.next() * 3);
    return fate;
  }

  #forward(asked: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method, headers, url: path } = asked;
    return new Promise((resolve, reject) => {
      const options = { host: this.#to.hostname, port: this.#to.port, method, headers, path };
      const sent = request(options, (got) => {
        whole(got).then((content) => resolve({ status: got.statusCode!, headers: got.headers, body: content }), reject);
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
