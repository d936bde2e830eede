// Opens a SMART Health Link of this service: what it names and its key are after the # of the address, which is sent to no
// server. The file that comes is decrypted here, and shown as text.

const PREFIX = "shlink:/";
const shown = (id, is = true) => (document.getElementById(id).hidden = !is);
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const words = (buffer) => new TextDecoder().decode(buffer);
const REFUSALS = ["none", "foreign", "over", "wrong", "busy", "failed"];

class Refused extends Error {
  constructor(why, tries) {
    super(why);
    Object.assign(this, { why, tries });
  }
}

// What the address says; the key does not stay in the history of a computer that others use.
const link = (() => {
  const hash = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  if (!hash.startsWith(PREFIX)) return null;
  try {
    return JSON.parse(words(bytes(hash.slice(PREFIX.length))));
  } catch {
    return null;
  }
})();

const refusal = async (answer) => {
  if (answer.status === 401) return new Refused("wrong", (await answer.json()).remainingAttempts);
  if (answer.status === 429) return new Refused("busy");
  return new Refused(answer.status === 404 ? "over" : "failed");
};

const encrypted = async (recipient, passcode) => {
  const ours = { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };
  if ((link.flag ?? "").includes("U")) {
    const answer = await fetch(`${link.url}?${new URLSearchParams({ recipient })}`, ours);
    if (!answer.ok) throw await refusal(answer);
    return answer.text();
  }
  const body = JSON.stringify({ recipient, ...(passcode && { passcode }) });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(link.url, { ...ours, method: "POST", headers, body });
  if (!answer.ok) throw await refusal(answer);
  return (await answer.json()).files[0].embedded;
};

// A compact JWE (RFC 7516), "dir" with "A256GCM": the header is authenticated as it is written.
const decrypted = async (file) => {
  const [head, , nonce, ciphertext, tag] = file.split(".");
  const key = await crypto.subtle.importKey("raw", bytes(link.key), "AES-GCM", false, ["decrypt"]);
  const sealed = await new Blob([bytes(ciphertext), bytes(tag)]).arrayBuffer();
  const how = { name: "AES-GCM", iv: bytes(nonce), additionalData: new TextEncoder().encode(head), tagLength: 128 };
  return words(await crypto.subtle.decrypt(how, key, sealed));
};

const listed = (id, texts) => {
  const lines = texts.map((text) => Object.assign(document.createElement("li"), { textContent: text }));
  document.querySelector(`#${id} ul`).replaceChildren(...lines);
  shown(id, lines.length > 0);
};

const written = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeZone: "UTC" });
const day = (said) => written.format(new Date(said.slice(0, 10)));
const span = ({ start, end }) => `${day(start)} – ${end ? day(end) : ""}`.trim();
const file = (id, parts, type) => (document.getElementById(id).href = URL.createObjectURL(new Blob(parts, { type })));

const show = (text) => {
  const all = JSON.parse(text).entry.map(({ resource }) => resource);
  const of = (...kinds) => all.filter(({ resourceType }) => kinds.includes(resourceType));
  const [patient] = of("Patient");
  document.getElementById("name").textContent = patient.name?.[0].text ?? "";
  document.querySelector("#born span").textContent = patient.birthDate ?? "";
  shown("born", Boolean(patient.birthDate));
  listed("flags", of("Flag").map(({ code, period }) => `${code.text} (${day(period.start)})`));
  listed(
    "treatments",
    of("MedicationStatement", "Procedure").map((one) => {
      const name = (one.medicationCodeableConcept ?? one.code).text;
      const dose = one.dosage ? `, ${one.dosage[0].text}` : "";
      return `${name}${dose} (${span(one.effectivePeriod ?? one.performedPeriod)})`;
    }),
  );
  listed("failed-trials", of("DetectedIssue").map(({ detail }) => detail));
  const [page] = of("DocumentReference");
  file("page", [bytes(page.content[0].attachment.data)], "application/pdf");
  file("data", [text], "application/fhir+json");
  shown("diary");
  document.getElementById("diary").focus();
};

const form = document.getElementById("open");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  for (const id of REFUSALS) shown(id, false);
  shown("opening");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    show(await decrypted(await encrypted(form.recipient.value, form.passcode.value)));
    shown("open", false);
  } catch (error) {
    const { why = "failed", tries } = error;
    document.getElementById("tries").textContent = tries ?? "";
    shown(REFUSALS.includes(why) ? why : "failed");
    shown("open", why !== "over");
  }
  shown("opening", false);
  button.disabled = false;
});

if (!link) shown("none");
else if (!link.url?.startsWith(`${location.origin}/shl/`)) shown("foreign");
else {
  const label = document.getElementById("label");
  label.textContent = link.label ?? "";
  label.hidden = !link.label;
  const asks = (link.flag ?? "").includes("P");
  shown("asks", asks);
  form.passcode.required = asks;
  shown("open");
}
