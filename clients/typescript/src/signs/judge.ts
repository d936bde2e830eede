// Which danger signs an entry or event makes by itself, or together with what else its day says.
import type { Content, Kind } from "../shapes.ts";
import { SIGNS } from "./table.ts";
import type { DangerSignRow } from "./shapes.ts";

type Answers = Readonly<Record<string, unknown>>;

/**
 * The danger signs that `content` contributes to, most severe first.
 *
 * `sameDay` are the other entries of its date: breathlessness noted in the morning and pain on a deep breath noted in
 * the evening make one sign. What the others say without it is not its own.
 */
export function signsOf(type: Kind, content: Content, sameDay: readonly Content[] = []): DangerSignRow[] {
  if (type === "treatment") return [];
  const alone = said(content as Answers);
  const others = sameDay.map((one) => said(one as Answers));
  const found = SIGNS.filter((row) => {
    if (row.of !== type) return false;
    if (isMet(row, [alone])) return true;
    return type === "entry" && isMet(row, [alone, ...others]) && !isMet(row, others);
  });
  return found.sort((one, other) => rank(one) - rank(other));
}

const rank = (row: DangerSignRow): number => (row.tier === "emergency" ? 0 : 1);

function isMet(row: DangerSignRow, day: readonly Answers[]): boolean {
  return Object.entries(row.when).every(([question, enough]) =>
    day.some((answers) => enough.some((answer) => says(answers[question], answer))),
  );
}

const says = (given: unknown, answer: string | boolean): boolean =>
  Array.isArray(given) ? given.includes(answer) : given === answer;

/** The answers with those about symptoms beside the others, as the table names them. */
function said(content: Answers): Answers {
  const flat: Record<string, unknown> = { ...content };
  const symptoms = content.symptoms;
  if (typeof symptoms === "object" && symptoms !== null) {
    for (const [name, answer] of Object.entries(symptoms)) flat[`symptoms.${name}`] = answer;
  }
  return flat;
}
