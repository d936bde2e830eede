// In the place of Google's push service, which a headless browser has not: a subscription with keys that this browser
// made, at an address of the test's. `told` gets what the browser would keep to itself.
(address) => {
  const text = (raw) =>
    btoa(String.fromCharCode(...new Uint8Array(raw))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  let living = null;
  PushManager.prototype.getSubscription = async () => living;
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || Notification.permission !== "granted") throw new DOMException("", "NotAllowedError");
    const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
    const keys = {
      p256dh: text(await crypto.subtle.exportKey("raw", publicKey)),
      auth: text(crypto.getRandomValues(new Uint8Array(16))),
    };
    const { d } = await crypto.subtle.exportKey("jwk", privateKey);
    const key = typeof applicationServerKey === "string" ? applicationServerKey : text(applicationServerKey);
    const endpoint = `${address}/${keys.auth}`;
    living = {
      endpoint,
      options: { applicationServerKey },
      toJSON: () => ({ endpoint, expirationTime: null, keys }),
      unsubscribe: async () => {
        living = null;
        await self.told(JSON.stringify({ ended: endpoint }));
        return true;
      },
    };
    await self.told(JSON.stringify({ endpoint, d, auth: keys.auth, key }));
    return living;
  };
}
