// An app in a process of its own, on SQLite, that somebody kills. It says what is kept as soon as it is told so.
import { writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Diary, SqliteStore } from "../../src/index.ts";

const { DIARY_URL: url = "", DIARY_TOKEN: token = "", DIARY_FILE: file = "", DIARY_END: isLast } = process.env;
const database = new DatabaseSync(file);
const say = (...words: string[]): unknown => writeSync(1, `${words.join(" ")}\n`);

const diary = new Diary({
  url,
  store: new SqliteStore({
    run: (sql, parameters) => database.prepare(sql).run(...parameters),
    all: (sql, parameters) => database.prepare(sql).all(...parameters),
  }),
  secrets: { get: async (name) => (name === "token" ? token : null), set: async () => undefined },
  onDangerSign: (sign) => say("heard", sign.stage, sign.id!),
});
await diary.open();
say("open");
if (isLast) {
  const { outcome } = await diary.sync();
  say(outcome, ...(await diary.list("entry")).map(({ id }) => id));
} else {
  for (let at = 0; ; at += 1) {
    const { content } = await diary.record({ worst_pain: at % 11, symptoms: { saddle_numbness: true } });
    say("kept", content.id);
    if (at % 3 === 0) void diary.sync();
  }
}
