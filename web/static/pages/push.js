// Has the browser subscribe to notifications, and sends the form with where they go.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const subscribed = async ({ key, language }) => {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
  await navigator.serviceWorker.register(`/service-worker.js?language=${language}`);
  const { pushManager } = await navigator.serviceWorker.ready;
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
};

const form = document.getElementById("push");
if ("Notification" in window && "PushManager" in window && "serviceWorker" in navigator) {
  form.hidden = false;
  document.getElementById("push-missing").hidden = true;
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const failed = document.getElementById("push-failed");
  failed.hidden = true;
  try {
    form.elements.subscription.value = JSON.stringify(await subscribed(form.dataset));
  } catch {
    failed.hidden = false;
    return;
  }
  form.submit();
});
