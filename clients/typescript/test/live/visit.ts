// Somebody who visits the sample app in Chromium. The code from the mail is asked for on stdout and read from stdin.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";

const { DEVTOOLS = "", EMAIL = "" } = process.env;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const socket = new WebSocket(await devtools());
await new Promise((resolve) => socket.addEventListener("open", resolve));

let asked = 0;

/** Where the page's developer tools are, once the browser has started. */
async function devtools(): Promise<string> {
  for (;;) {
    try {
      const pages = (await (await fetch(`${DEVTOOLS}/json`)).json()) as { type: string; webSocketDebuggerUrl: string }[];
      const page = pages.find(({ type }) => type === "page");
      if (page) return page.webSocketDebuggerUrl;
    } catch {
      // it is still starting; the test has a time limit
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What an expression is worth in the page. */
async function worth(expression: string): Promise<unknown> {
  const id = (asked += 1);
  const answer = new Promise<{ result: { result: { value: unknown } } }>((resolve) => {
    const read = ({ data }: MessageEvent): void => {
      const told = JSON.parse(String(data));
      if (told.id !== id) return;
      socket.removeEventListener("message", read);
      resolve(told);
    };
    socket.addEventListener("message", read);
  });
  const params = { expression, awaitPromise: true, returnByValue: true };
  socket.send(JSON.stringify({ id, method: "Runtime.evaluate", params }));
  return (await answer).result.result.value;
}

/** Until it is so. Raises Error with what the page says when it takes too long. */
async function until(expression: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await worth(expression)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never so: ${expression}; ${await worth("document.body.innerText")}`);
}

const fill = (name: string, value: string): Promise<unknown> =>
  worth(`document.querySelector('[name=${name}]').value = ${JSON.stringify(value)}`);
const click = (selector: string): Promise<unknown> => worth(`document.querySelector('${selector}').click()`);

await until("document.querySelector('#account') && !document.querySelector('#account').hidden");
await fill("email", EMAIL);
await fill("password", "correct horse battery staple");
await click("#account [value=up]");
await until("!document.querySelector('#code').hidden");
console.log("code?");
await fill("code", ((await lines.next()).value as string).trim());
await click("#code button");
await until("!document.querySelector('main').hidden");

await fill("night_pain", "6");
await click("[name=saddle_numbness]");
await click("#entry button");
await until("document.querySelector('#sign').open");
assert.match(String(await worth("document.querySelector('#sign').innerText")), /emergency department now/);
assert.match(String(await worth("document.querySelector('#sign .call').href")), /^tel:\d+$/);
for (let shown = 0; shown < 2; shown += 1) {
  await until("document.querySelector('#sign').open"); // noted on the device, then raised by the service
  await click("#sign button");
}
await until("/saved at/.test(document.querySelector('#status').textContent)");
assert.match(String(await worth("document.querySelector('#entries').innerText")), /night 6/);
console.log("done");
process.exit(); // stdin and the socket would keep it
