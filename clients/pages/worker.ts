// The service worker: the form of an entry opens without a network, and what waits goes up when there is one again,
// also when no page is open. It keeps nothing that is about anyone: the diary is in its own database.
import { Diary } from "../typescript/src/index.ts";
import { patientsHere, storeOf, syncAddress } from "./stores.ts";

/**
 * What the server puts before this script: the files of the form without a network, a name for this state of them, and
 * the key that a browser subscribes to notifications with.
 */
declare const SHELL: { version: string; page: string; files: string[]; pushKey: string | null };

interface Extendable extends globalThis.Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Pushed extends Extendable {
  data: { json(): Message } | null;
}
/** What `delivery` names: a message about an alert in a diary, else a test or a reminder. */
interface Message {
  notification?: Shown;
  delivery: string;
  patient?: string;
  alert?: string;
}
interface Shown {
  title: string;
  body: string;
  lang: string;
  tag: string;
  navigate: string;
}
interface Tapped extends Extendable {
  notification: Notification;
}
interface Renewed extends Extendable {
  newSubscription?: PushSubscription | null;
}
interface Scope {
  addEventListener(type: "install" | "activate" | "sync", listener: (event: Extendable) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(type: "push", listener: (event: Pushed) => void): void;
  addEventListener(type: "notificationclick", listener: (event: Tapped) => void): void;
  addEventListener(type: "pushsubscriptionchange", listener: (event: Renewed) => void): void;
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(wanted: { type: "window"; includeUncontrolled: true }): Promise<{ url: string; focus(): Promise<unknown> }[]>;
    openWindow(url: string): Promise<unknown>;
  };
  registration: ServiceWorkerRegistration;
  location: Location;
}

const scope = self as unknown as Scope;
const CACHE = `form-${SHELL.version}`;
const PATIENCE = 5000;
const OPENED_WITHOUT_A_NETWORK = ["/", "/today"];

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(activate()));
scope.addEventListener("sync", (event) => event.waitUntil(syncAll()));
scope.addEventListener("push", (event) => event.waitUntil(shown(event)));
scope.addEventListener("notificationclick", (event) => event.waitUntil(opened(event)));
scope.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renewed(event)));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== scope.location.origin) return;
  if (request.mode === "navigate" && OPENED_WITHOUT_A_NETWORK.includes(pathname)) event.respondWith(pageOrForm(request));
  else if (SHELL.files.includes(pathname)) event.respondWith(kept(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL.page, ...SHELL.files].map((url) => new Request(url, { cache: "reload", credentials: "omit" })));
  await scope.skipWaiting();
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith("form-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** The page, else the form that is kept here: one bar of signal must not keep anybody waiting. */
async function pageOrForm(request: Request): Promise<Response> {
  const page = fetch(request);
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE));
  const first = await Promise.race([page.catch(() => undefined), late]);
  return first ?? (await caches.match(SHELL.page)) ?? page;
}

const kept = async (request: Request): Promise<Response> => (await caches.match(request)) ?? fetch(request);

/** Raises where something still waits: the browser then tries again. */
async function syncAll(): Promise<void> {
  for (const patient of await patientsHere()) {
    const diary = new Diary({
      ...{ url: syncAddress(scope.location.origin), store: storeOf(patient), cookies: true, patient },
      onDangerSign: () => Promise.reject(new Error("the next page shows it")),
      onError: () => undefined,
    });
    const { outcome } = await diary.sync();
    if (outcome === "later") throw new Error("there is no network yet");
  }
}

/** As the message says it: that there is something to read, and nothing about anyone's health. */
async function shown({ data }: Pushed): Promise<void> {
  const message = data?.json();
  if (!message?.notification) return;
  const { title, body, lang, tag } = message.notification;
  await scope.registration.showNotification(title, { body, lang, tag, data: message, icon: "/favicon.ico" });
  await tell("delivered", message);
}

async function opened({ notification }: Tapped): Promise<void> {
  notification.close();
  const message = notification.data as Message;
  const { origin, href } = new URL(message.notification?.navigate ?? "/", scope.location.origin);
  if (origin !== scope.location.origin) return;
  const told = tell("opened", message);
  const windows = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find(({ url }) => url === href);
  await (there ? there.focus() : scope.clients.openWindow(href));
  await told;
}

/** The service, how far the message came, as apps do: what no one has seen is followed by another way. */
async function tell(status: "delivered" | "opened", { delivery, patient, alert }: Message): Promise<void> {
  const [address, body] = alert
    ? [`patients/${patient}/alerts/${alert}/receipt`, { status, delivery }]
    : [`preferences/test/${delivery}/receipt`, { status }];
  await fetch(`/by-cookie/api/v1/${address}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Requested-With": "symptom-diary" },
    body: JSON.stringify(body),
  }).catch(() => undefined); // without a network, or signed out, the message is there all the same
}

/** The push service has replaced this browser's subscription: the next message goes to the new one. */
async function renewed({ newSubscription }: Renewed): Promise<void> {
  if (!SHELL.pushKey) return;
  const { pushManager } = scope.registration;
  const asked = { userVisibleOnly: true, applicationServerKey: SHELL.pushKey };
  const subscription = newSubscription ?? (await pushManager.subscribe(asked));
  const answer = await fetch("/settings/browser", {
    method: "POST",
    headers: { "X-Requested-With": "symptom-diary" },
    body: new URLSearchParams({ subscription: JSON.stringify(subscription) }),
  });
  if (answer.status === 404) await subscription.unsubscribe(); // no one wants notifications here any more
}
