// Opens a SMART Health Link with jose: `node open.mjs`, the link, recipient and passcode as JSON on standard input.
import { readFileSync } from "node:fs";
import { base64url, compactDecrypt } from "jose";

const { link, recipient, passcode } = JSON.parse(readFileSync(0, "utf8"));
const text = (bytes) => new TextDecoder().decode(bytes);
const { url, key, flag } = JSON.parse(text(base64url.decode(link.slice(link.indexOf("shlink:/") + 8))));

const file = async () => {
  if (flag.includes("U")) return (await fetch(`${url}?${new URLSearchParams({ recipient })}`)).text();
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ recipient, passcode }) });
  const [{ embedded, location }] = (await answer.json()).files;
  return embedded ?? (await fetch(location)).text();
};

const { plaintext, protectedHeader } = await compactDecrypt(await file(), base64url.decode(key));
console.log(JSON.stringify({ header: protectedHeader, document: JSON.parse(text(plaintext)) }));
