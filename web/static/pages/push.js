// Has the browser subscribe to notifications, and sends the form with where they go; or ends that.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const same = (one, other) => new Uint8Array(one).join() === new Uint8Array(other).join();

const subscribed = async ({ key, language }) => {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
  await navigator.serviceWorker.register(`/service-worker.js?language=${language}`);
  const { pushManager } = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  if (before && !same(before.options.applicationServerKey, bytes(key))) await before.unsubscribe(); // of a former key
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
};

const unsubscribed = async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
};

const on = document.getElementById("push");
if (on && "Notification" in window && "PushManager" in window && "serviceWorker" in navigator) {
  on.hidden = false;
  document.getElementById("push-missing").hidden = true;
}
on?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const failed = document.getElementById("push-failed");
  failed.hidden = true;
  try {
    on.elements.subscription.value = JSON.stringify(await subscribed(on.dataset));
  } catch {
    failed.hidden = false;
    return;
  }
  on.submit();
});

const off = document.getElementById("push-off");
off?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await unsubscribed().catch(() => undefined); // the service sends nothing here any more, whatever the browser keeps
  off.submit();
});
