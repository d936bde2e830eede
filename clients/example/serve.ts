// The sample app on http://127.0.0.1:5173, with the service behind the same address. It needs `npm ci` in
// ../typescript once, and a service: `make run`.
import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "../typescript/node_modules/esbuild/lib/main.js";

const here = import.meta.dirname;
const service = new URL(process.env.DIARY_URL ?? "http://127.0.0.1:8000");
const port = Number(process.env.PORT ?? 5173);

const page = readFileSync(join(here, "index.html"));
const [script] = buildSync({
  entryPoints: [join(here, "app.ts")],
  nodePaths: [join(here, "../typescript/node_modules")],
  bundle: true,
  format: "esm",
  write: false,
}).outputFiles;

function passOn(asked: IncomingMessage, answer: ServerResponse): void {
  const { method, url: path } = asked;
  const headers = { ...asked.headers, host: service.host };
  const sent = request({ host: service.hostname, port: service.port, method, path, headers }, (got) => {
    answer.writeHead(got.statusCode!, got.headers);
    got.pipe(answer);
  });
  sent.on("error", () => answer.destroy()); // as without a network
  asked.pipe(sent);
}

createServer((asked, answer) => {
  if (asked.url!.startsWith("/api/")) passOn(asked, answer);
  else if (asked.url === "/app.js") answer.writeHead(200, { "Content-Type": "text/javascript" }).end(script!.contents);
  else answer.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
}).listen(port, "127.0.0.1", () => console.log(`The sample app: http://127.0.0.1:${port}`));
