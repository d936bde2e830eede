// Between the form of an entry and the entry: only what was answered is in it. The server reads the form the same way
// where there is no script (web/today/answers.py).
import type { Answers, Entry } from "../typescript/src/index.ts";

const PAINS = ["night_pain", "worst_pain", "rest_pain", "movement_pain"] as const;
const YES_OR_NO = ["woke_from_sleep", "worse_lying_down", "worse_on_deep_breath", "worse_on_straining"] as const;
const GROUPS = ["danger", "beside"] as const;
const TAKEN = "taken-";

/** What the form says, by the words of the contract. */
export function answersIn(form: HTMLFormElement): Answers {
  const given = new FormData(form);
  const said = (name: string): string => String(given.get(name) ?? "").trim();
  const answers: Record<string, unknown> = {};
  for (const name of PAINS) if (said(name)) answers[name] = Number(said(name));
  for (const name of YES_OR_NO) if (said(name)) answers[name] = said(name) === "yes";
  const sites = given.getAll("sites");
  if (sites.length > 0) answers.sites = sites;
  const symptoms = Object.fromEntries(GROUPS.flatMap((group) => ticked(form, given, group)));
  if (Object.keys(symptoms).length > 0) answers.symptoms = symptoms;
  const taken = [...given.keys()].filter((name) => name.startsWith(TAKEN) && said(name));
  if (taken.length > 0) {
    answers.treatments_taken = Object.fromEntries(taken.map((name) => [name.slice(TAKEN.length), said(name) === "yes"]));
  }
  if (said("weight_kg")) answers.weight_kg = Number(said("weight_kg").replace(",", "."));
  if (said("note")) answers.note = said("note").replaceAll("\r\n", "\n");
  return answers as Answers;
}

/** Show an entry in the form: one that was not accepted, to be mended. */
export function fill(form: HTMLFormElement, entry: Entry): void {
  form.reset();
  const word = (answer: boolean): string => (answer ? "yes" : "no");
  choose(form, "date", entry.date);
  for (const name of PAINS) choose(form, name, entry[name] ?? "");
  for (const name of YES_OR_NO) if (entry[name] != null) choose(form, name, word(entry[name]));
  for (const [id, was] of Object.entries(entry.treatments_taken ?? {})) choose(form, TAKEN + id, word(was === true));
  choose(form, "weight_kg", entry.weight_kg ?? "");
  choose(form, "note", entry.note ?? "");
  const there = Object.entries(entry.symptoms ?? {}).filter(([, is]) => is);
  for (const name of [...(entry.sites ?? []), ...there.map(([symptom]) => symptom)]) tick(form, name);
}

/** The symptoms of a group: those that are ticked, and where "none of the others" is, a no for each of the others. */
function ticked(form: HTMLFormElement, given: FormData, group: string): [string, boolean][] {
  const boxes = [...form.querySelectorAll<HTMLInputElement>(`input[name="${group}"]`)];
  const others = given.get(`${group}_others`) === "yes";
  return boxes.filter((box) => box.checked || others).map((box) => [box.value, box.checked]);
}

function choose(form: HTMLFormElement, name: string, value: string | number): void {
  const field = form.elements.namedItem(name) as { value: string } | null;
  if (field) field.value = String(value);
}

function tick(form: HTMLFormElement, value: string): void {
  const box = form.querySelector<HTMLInputElement>(`input[type="checkbox"][value="${CSS.escape(value)}"]`);
  if (box) box.checked = true;
}
