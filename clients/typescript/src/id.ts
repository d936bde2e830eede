/** A new id: a UUID of version 7, so that ids made later sort later. */
export function newId(now: Date = new Date()): string {
  const bytes = new Uint8Array(16);
  if (typeof crypto === "object" && typeof crypto.getRandomValues === "function") crypto.getRandomValues(bytes);
  else for (let at = 0; at < 16; at += 1) bytes[at] = Math.floor(Math.random() * 256); // ids are no secrets
  let milliseconds = now.getTime();
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = milliseconds % 256;
    milliseconds = Math.floor(milliseconds / 256);
  }
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
