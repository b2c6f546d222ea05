import exams from "./exam.json";

/*
 * What each emulator was seen to lose. localstackExam.json is written by `npm run bench -- --emulators`, which fills an emulator,
 * restarts it and looks again; docs/emulators.md is the same as a page.
 */

/** Seconds between a write and the crash that are enough for what saves by the clock. */
export const QUIET_SECONDS = 15;

export type Outcome = "kept" | "lost";

/** What became of one thing. */
export interface Outcomes {
  /** Made, then the emulator was stopped in good order and started. */
  restart: Outcome;
  /** The same thing, after a crash later on. */
  before: Outcome;
  /** Made since the last start, `QUIET_SECONDS` before the crash. */
  quiet: Outcome;
  /** Made just before the crash. */
  last: Outcome;
}

export interface ExamRow {
  service: string;
  name: string;
  /** Absent where the emulator could not make it at all. */
  outcomes?: Outcomes;
}

export interface Exam {
  /** Of the emulator. */
  version: string;
  rows: ExamRow[];
}

/** The exam as the file has it: for each thing what became of it, in the order of `Outcomes`, or why there is nothing to say. */
export type StoredExam = { version: string; services: Record<string, Record<string, string>> };

const COLUMNS = ["restart", "before", "quiet", "last"] as const;
const ABSENT = "could not be made";

export function toStored({ version, rows }: Exam): StoredExam {
  const services: StoredExam["services"] = {};
  for (const { service, name, outcomes } of rows) {
    (services[service] ??= {})[name] = outcomes ? COLUMNS.map((column) => outcomes[column]).join(" ") : ABSENT;
  }
  return { version, services };
}

export function fromStored({ version, services }: StoredExam): Exam {
  const outcomesOf = (words: string) =>
    words === ABSENT
      ? undefined
      : (Object.fromEntries(words.split(" ").map((word, i) => [COLUMNS[i]!, word])) as unknown as Outcomes);
  const rows = Object.entries(services).flatMap(([service, things]) =>
    Object.entries(things).map(([name, words]): ExamRow => {
      const outcomes = outcomesOf(words);
      return { service, name, ...(outcomes && { outcomes }) };
    }),
  );
  return { version, rows };
}

/** By flavor; those that this project cannot run have none. */
export const examined: Readonly<Record<string, Exam>> = Object.fromEntries(
  Object.entries(exams as Record<string, StoredExam>).map(([flavor, stored]) => [flavor, fromStored(stored)]),
);

type Lost = (outcomes: Outcomes) => boolean;
export const lostAtRestart: Lost = ({ restart }) => restart === "lost";
/** Not because it was too young to be saved. */
export const lostAtCrash: Lost = ({ before, quiet }) => [before, quiet].includes("lost");
const lostYoung: Lost = (outcomes) => !lostAtCrash(outcomes) && outcomes.last === "lost";

/** How many of the things that could be made came back. */
export function counts({ rows }: Exam): { things: number; restart: number; crash: number } {
  const made = rows.flatMap(({ outcomes }) => (outcomes ? [outcomes] : []));
  const kept = (lost: Lost) => made.filter((outcomes) => !lost(outcomes)).length;
  return { things: made.length, restart: kept(lostAtRestart), crash: kept(lostAtCrash) };
}

/** What was lost, for people: services of which nothing came back by their names alone. `nothing` and `everything` where it is so. */
export function lossWords({ rows }: Exam, lost: Lost): string {
  const made = rows.filter((row): row is Required<ExamRow> => row.outcomes !== undefined);
  const gone = made.filter(({ outcomes }) => lost(outcomes));
  if (gone.length === 0) return "nothing";
  if (gone.length === made.length) return "everything";
  const of = (list: ExamRow[], service: string) => list.filter((row) => row.service === service).map(({ name }) => name);
  const services = [...new Set(gone.map(({ service }) => service))];
  const whole = services.filter((service) => of(gone, service).length === of(made, service).length);
  const parts = services
    .filter((service) => !whole.includes(service))
    .map((service) => `of ${service} ${of(gone, service).join(", ")}`);
  return [...parts, ...(whole.length > 0 ? [`all of ${whole.join(", ")}`] : [])].join("; ");
}

/** What a flavor loses, to be put after a sentence about it without its full stop. */
export function examWords(flavor: string): string {
  const exam = examined[flavor];
  if (exam === undefined) return "; this project has not examined it";
  const restart = lossWords(exam, lostAtRestart);
  // Nothing was saved in the first place.
  if (restart === "everything") return "";
  const older = exam.rows.some(({ outcomes }) => outcomes?.restart === "kept" && outcomes.before === "lost");
  const since = older ? "" : ", of what came since its start";
  const crash = lossWords(exam, lostAtCrash);
  const young = lossWords(exam, lostYoung);
  const words = [
    ...(crash !== "nothing" || young === "nothing" ? [`${since}: ${crash}`] : []),
    ...(young === "nothing" ? [] : [" what came in its last seconds" + (young === "everything" ? "" : `, ${young}`)]),
  ];
  return `. In the exam of ${exam.version} a restart lost: ${restart}. A crash lost${words.join("; and")}`;
}
