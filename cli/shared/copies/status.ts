/** What a copier tells of itself, and what that means for a person. Pure. */

export interface CopierStatus {
  /** Seconds since 1970, by the copier's clock: when this was told, and when the copier started. */
  now: number;
  started: number;
  /** The copier's user. */
  user: number;
  /** Minutes between two copies. */
  every: number;
  keep: number;
  copies: number;
  /** The newest copy, such as 20261128T150000Z; empty without one. */
  newest: string;
  /** Files of the program that are in no copy, counted to 1000. */
  beside: number;
  /** Why the last attempt made no copy; empty when it did. */
  failed: string;
  /** What keeps databases from being copied and restored. */
  problems: Problem[];
  /** Databases that there are, looked for when one is missing. */
  found: string[];
}

export interface Problem {
  code: string;
  file: string;
  words: string;
}

/** `CODE|FILE|WORDS` */
export function parseProblem(line: string): Problem {
  const [code = "", file = "", words = ""] = line.split("|");
  return { code, file, words };
}

/** Reads the lines of `key=value`. */
export function parseStatus(text: string): CopierStatus {
  const values = new Map<string, string[]>();
  for (const line of text.split("\n").filter((one) => one.includes("="))) {
    const [key, value] = [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)];
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const one = (key: string) => values.get(key)?.[0] ?? "";
  const number = (key: string) => Number(one(key)) || 0;
  return {
    now: number("now"),
    started: number("started"),
    user: number("user"),
    every: number("every"),
    keep: number("keep"),
    copies: number("copies"),
    newest: one("newest"),
    failed: one("failed"),
    beside: number("beside"),
    problems: (values.get("problem") ?? []).map(parseProblem),
    found: values.get("found") ?? [],
  };
}

export interface Verdict {
  healthy: boolean;
  /** Not settled yet: a program that has just started has no database for a moment. */
  pending: boolean;
  detail: string;
}

/** Seconds that a new pod has until its database is there. */
export const START = 300;
/** Seconds after which a database elsewhere is no longer a coincidence of the start. */
const SETTLED = 30;

/** Of one app's copies. `asked` is the copier's clock when it was asked, in seconds. */
export function verdictOf(app: string, status: CopierStatus, asked: number): Verdict {
  const age = status.newest === "" ? undefined : asked - secondsOf(status.newest);
  const there = age === undefined ? "there is no copy" : `the newest copy is ${span(age)} old`;
  const failed = (why: string): Verdict => ({ healthy: false, pending: false, detail: `${why}; ${there}` });
  const uptime = asked - status.started;
  const [problem] = status.problems;
  if (problem !== undefined) {
    const { words, fatal } = explain(app, problem, status, uptime);
    return fatal ? failed(words) : { healthy: true, pending: true, detail: `${words}; ${there}` };
  }
  if (status.failed !== "") return failed(`the last copy failed: ${status.failed}${remedyOf(status.failed, app)}`);
  const interval = status.every * 60;
  if (age === undefined) {
    if (uptime < Math.max(START, 600)) return { healthy: true, pending: true, detail: "the first copy is being made" };
    return failed("no copy was made since the start: kubectl logs -c sqlite-backup");
  }
  if (age > 2 * interval) return failed(`copies are due every ${span(interval)}: kubectl logs -c sqlite-backup`);
  const kept = `${status.copies} of ${status.keep} kept`;
  return { healthy: true, pending: false, detail: `${there}, ${kept}, each checked${othersOf(status)}` };
}

function othersOf({ beside }: CopierStatus): string {
  if (beside === 0) return "";
  const count = beside >= 1000 ? "1000 files and more" : beside === 1 ? "1 file" : `${beside} files`;
  return `; ${count} beside the database ${beside === 1 ? "is" : "are"} in no copy`;
}

function explain(app: string, problem: Problem, status: CopierStatus, uptime: number): { words: string; fatal: boolean } {
  const { code, file, words } = problem;
  const others = status.found.filter((one) => one !== file);
  switch (code) {
    case "missing":
      if (others.length > 0) {
        const fix = `there are ${others.join(", ")}: correct \`file\` in the app's \`database\``;
        return { words: `there is no database ${file}; ${fix}`, fatal: uptime > SETTLED };
      }
      return {
        words: `there is no database ${file}${uptime > START ? ", nor another one in the program's folders: correct `file` in the app's `database`" : " yet"}`,
        fatal: uptime > START,
      };
    case "empty":
      return { words: `the database ${file} is empty`, fatal: uptime > START };
    case "foreign":
      return {
        words: `${file} is no SQLite database (or an encrypted one): correct \`file\` in the app's \`database\``,
        fatal: true,
      };
    case "locked":
      return { words: `the program keeps ${file} locked, so it cannot be copied while that runs`, fatal: true };
    case "programs":
      return { words: lacking(problem), fatal: true };
    case "full":
      return { words: `${fullOf(problem)}; ${roomOf("database")}`, fatal: true };
    case "unreadable":
    case "unwritable":
      return { words: notOurs(problem), fatal: true };
    default:
      return { words: `${file} is damaged (${words}): npm run restore -- --app ${app} --copy newest`, fatal: true };
  }
}

/** Why a file cannot be read or written, and what to do; `words` hold `owner N, mode M, copier U`. */
export function notOurs({ code, file, words }: Problem): string {
  const [owner, copier] = [/owner (\d+)/.exec(words)?.[1], /copier (\d+)/.exec(words)?.[1]];
  const what = code === "unreadable" ? "read" : "written";
  const who = `the user ${copier}, as whom copies are made and put back`;
  if (owner === undefined || copier === "0") return `${file} cannot be ${what} even by root (${words}): is its volume read-only?`;
  return `${file} cannot be ${what} by ${who}: it belongs to the user ${owner}; set \`user: ${owner}\` in the app's \`database\` and deploy`;
}

/** An image that cannot make copies. */
export function lacking({ words }: Problem): string {
  return `the image of the copies has no ${words}: set \`backup.image\` to one with /bin/sh, timeout and sqlite3`;
}

/** The claim of a database that cannot even be opened. */
export function fullOf({ file, words }: Problem): string {
  return `the claim of the database is full (${words}), so ${file} cannot be opened`;
}

/** What makes room on a claim. */
export function roomOf(claim: "database" | "copies"): string {
  const elsewhere = "on local-path, free the node's disk";
  if (claim === "database") return `delete what else lies there, or give \`database\` a larger claim (${elsewhere})`;
  return `keep fewer copies (\`keep\`) and deploy, or give \`backup\` a larger claim (${elsewhere})`;
}

/** What the scripts and the verdict say of claims, which they do not know by name, with the names. */
export function withClaims(
  words: string,
  { namespace, claim, backups }: { namespace: string; claim: string; backups?: string },
): string {
  const named = (of: string, name: string) => (said: string) => {
    return said.replace(new RegExp(`\\bthe claim of the ${of}(?! ${namespace}/)`, "g"), `$& ${namespace}/${name}`);
  };
  return named("copies", backups ?? "")(named("database", claim)(words));
}

function remedyOf(failed: string, app: string): string {
  if (/is full/.test(failed)) return `: ${roomOf("copies")}`;
  if (/damaged/.test(failed)) return `: npm run restore -- --app ${app} --copy newest`;
  return "";
}

/** 20261128T150000Z as seconds since 1970. */
export function secondsOf(name: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(name)?.map(Number) ?? [];
  return Date.UTC(year!, month! - 1, day, hour, minute, second) / 1000;
}

/** `3 h`, for people. */
export function span(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * 86400 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
}
