// A diary in a browser, on the SDK: signing in, recording without a network, danger signs, conflicts, alerts.
import { Diary, Problem, StillWaiting } from "../typescript/src/index.ts";
import type { Conflict, Content, DangerSign, Entry, Step } from "../typescript/src/index.ts";
import { IndexedDbStore } from "../typescript/src/store/indexeddb.ts";

const find = <T extends Element = HTMLElement>(selector: string): T => document.querySelector<T>(selector)!;
const say = (text: string): unknown => (find("#status").textContent = text);

// A sample keeps its token for as long as the page is open. An app has a key store; a page of the service's own origin
// uses its cookie (`cookies: true`).
const secrets = new Map<string, string | null>();

const diary = new Diary({
  url: location.origin,
  store: new IndexedDbStore("sample-diary"),
  secrets: { get: async (name) => secrets.get(name), set: async (name, value) => void secrets.set(name, value) },
  language: navigator.language,
  onDangerSign: showSign,
  onConflict: letThePersonChoose,
  onRefused: ({ problem }) => say(`Not accepted: ${problem.detail}`),
  onUnsynced: ({ days, dangerSign }) =>
    say(dangerSign ? "Nobody else has been warned yet: this page has no network." : `Not synced for ${days} days.`),
  onSignedOut: () => show("account"),
  onChange: () => void refresh(),
});

/** One dialog at a time; resolves with the button that closed it. */
let last: Promise<unknown> = Promise.resolve();
function dialog(selector: string, fill: (element: HTMLDialogElement) => void): Promise<string> {
  const shown = last.then(
    () =>
      new Promise<string>((resolve) => {
        const element = find<HTMLDialogElement>(selector);
        fill(element);
        element.addEventListener("close", () => resolve(element.returnValue), { once: true });
        element.showModal();
      }),
  );
  last = shown;
  return shown;
}

async function showSign(sign: DangerSign): Promise<void> {
  if (sign.tier !== "emergency" && !sign.news) return;
  await dialog("#sign", (element) => {
    element.querySelector("h2")!.textContent = sign.title;
    element.querySelector("p")!.textContent = sign.advice;
    const call = element.querySelector<HTMLAnchorElement>(".call")!;
    call.hidden = sign.call === null;
    call.href = `tel:${sign.call}`;
    call.textContent = `Call ${sign.call}`;
  });
}

async function letThePersonChoose(conflict: Conflict): Promise<void> {
  const choice = await dialog("#conflict", (element) => {
    element.returnValue = "";
    element.querySelector(".mine")!.textContent = `Mine: ${inWords(conflict.mine)}`;
    element.querySelector(".theirs")!.textContent = `The other: ${inWords(conflict.theirs)}`;
  });
  if (choice === "mine" || choice === "theirs") await diary.resolve(conflict, choice);
}

function inWords(content: Content | null): string {
  if (content === null) return "deleted";
  const { date, night_pain, worst_pain, note } = content as Entry;
  return [date, `night ${night_pain ?? "–"}`, `worst ${worst_pain ?? "–"}`, note].filter(Boolean).join(" · ");
}

function show(what: "account" | "code" | "main"): void {
  for (const each of ["account", "code"]) find(`#${each}`).hidden = each !== what;
  find("main").hidden = what !== "main";
}

async function refresh(): Promise<void> {
  const { waiting, syncedAt } = await diary.status();
  const saved = syncedAt ? `saved at ${new Date(syncedAt).toLocaleTimeString()}` : "not saved yet";
  say(waiting > 0 ? `waiting on this device: ${waiting}` : saved);
  list("#entries", (await diary.list("entry")).reverse(), (entry, item) => {
    item.append(`${inWords(entry)} `);
    button(item, "Delete", () => diary.remove("entry", entry));
  });
}

async function refreshAlerts(): Promise<void> {
  list("#alerts", await diary.alerts.list(), (alert, item) => {
    item.append(`${alert.title} (${alert.state}) `);
    if (alert.state === "open") button(item, "I'm getting help", () => diary.alerts.acknowledge(alert.id).then(refreshAlerts));
  });
}

function list<T>(selector: string, items: readonly T[], fill: (item: T, element: HTMLLIElement) => void): void {
  const elements = items.map((item) => {
    const element = document.createElement("li");
    fill(item, element);
    return element;
  });
  find(selector).replaceChildren(...elements);
}

function button(into: Element, text: string, work: () => Promise<unknown>): void {
  const made = document.createElement("button");
  made.textContent = text;
  made.addEventListener("click", () => void work().catch(tellWhy));
  into.append(made);
}

function tellWhy(error: unknown): void {
  say(error instanceof Problem ? error.document.detail || error.document.title : String(error));
}

let next: Step["step"] = "signed_in";

async function arrive(step: Step): Promise<void> {
  next = step.step;
  if (step.step !== "signed_in") {
    say(step.step === "verify_email" ? "Enter the code from the mail." : "Enter the code of your authenticator.");
    return show("code");
  }
  show("main");
  diary.start();
  await diary.sync();
  await Promise.all([refresh(), refreshAlerts()]);
}

find<HTMLFormElement>("#account").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = new FormData(event.target as HTMLFormElement);
  const [email, password] = [String(given.get("email")), String(given.get("password"))];
  const isNew = (event.submitter as HTMLButtonElement).value === "up";
  const step = isNew ? diary.identity.signUp({ email, password }) : diary.identity.signIn(email, password);
  step.then(arrive).catch(tellWhy);
});

find<HTMLFormElement>("#code").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = String(new FormData(event.target as HTMLFormElement).get("code")).trim();
  const step = next === "verify_email" ? diary.identity.verifyEmail(code) : diary.identity.secondFactor(code);
  step.then(arrive).catch(tellWhy);
});

find<HTMLFormElement>("#entry").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  const given = new FormData(form);
  const score = (name: string): number | null => (given.get(name) ? Number(given.get(name)) : null);
  const noted = ["saddle_numbness", "both_legs_weak"].filter((name) => given.has(name));
  const symptoms = Object.fromEntries(noted.map((name) => [name, true])); // an empty box was not asked: no answer
  const answers = { night_pain: score("night_pain"), worst_pain: score("worst_pain"), note: String(given.get("note")) || null };
  form.reset();
  diary.record({ ...answers, symptoms }).then(refresh, tellWhy);
});

find("#leave").addEventListener("click", () => {
  const leave = async (): Promise<void> => {
    try {
      await diary.signOut();
    } catch (error) {
      if (!(error instanceof StillWaiting)) throw error;
      if (!confirm(`${error.waiting} changes are on this device only. Lose them?`)) return;
      await diary.signOut({ discard: true });
    }
    show("account");
  };
  leave().catch(tellWhy);
});

show("account");
await refresh();
await diary.open();
