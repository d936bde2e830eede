/** One way in which a single entry or event makes a danger sign by itself. */
export interface DangerSignRow {
  readonly rule: string;
  readonly tier: "emergency" | "urgent";
  readonly sign: string;
  readonly of: "entry" | "event";
  /** Each question with the answers of which one is enough; all of the questions must be answered so. */
  readonly when: Readonly<Record<string, readonly (string | boolean)[]>>;
}

/** The texts of one language. `{call}` and `{line}` stand for telephone numbers. */
export interface Words {
  readonly titles: Readonly<Record<string, string>>;
  /** What to do, by tier, for somebody who writes about themselves. */
  readonly now: Readonly<Record<string, string>>;
  /** The same about a day more than a fortnight ago. */
  readonly late: Readonly<Record<string, string>>;
  /** What to do for somebody who writes in another person's diary. */
  readonly theirs: Readonly<Record<string, string>>;
  readonly theirsLate: Readonly<Record<string, string>>;
  /** The urgent advice where one number reaches a doctor on duty. */
  readonly line: string;
  /** "112 or your local emergency number", for where the number isn't known. */
  readonly orYours: string;
  readonly orTheirs: string;
}

/** ISO 3166 codes, parted by spaces. */
export type Country = string;
