import { BARE_FILE, DATA_SOURCE, FILE_URL, KIND_NAME, LONGEST, OFF, SQLITE_KIND, URL } from "./patterns";

/** What one text shows of SQLite. Only these facts leave this file, never the text: it may hold a password. */
export interface Signal {
  /** The database file as an absolute path, where the text names one. */
  file?: string;
  /** Three slashes: absolute to some drivers, relative to others. */
  ambiguous?: boolean;
  /** A database in memory: nothing to protect. */
  memory?: boolean;
}

const anyCase = (pattern: string) => new RegExp(pattern, "is");
const isUrl = anyCase(URL);
const isFileUrl = anyCase(FILE_URL);
const isDataSource = anyCase(DATA_SOURCE);
const isBareFile = anyCase(BARE_FILE);
const isKindName = anyCase(KIND_NAME);
const isSqliteKind = anyCase(SQLITE_KIND);
const isOff = anyCase(OFF);

/** Whether a text is a connection to a SQLite database. */
export function connection(text: string): Signal | undefined {
  if (text.length > LONGEST) return undefined;
  const [, url] = isUrl.exec(text) ?? [];
  if (url !== undefined) return place(url);
  const [, file, query = ""] = isFileUrl.exec(text) ?? [];
  if (file !== undefined) return /[?&](mode=ro|immutable=1)\b/i.test(query) ? undefined : place(file + query);
  const [, source] = isDataSource.exec(text) ?? [];
  return source === undefined ? undefined : place(source);
}

/** A path that looks like a database file; that alone is a signal only where the path lies on a volume. */
export function bareFile(text: string): string | undefined {
  return text.length <= LONGEST && isBareFile.test(text) ? text : undefined;
}

function place(rest: string): Signal {
  const [path = ""] = rest.split("?", 1);
  if (/^(\/\/)?$/.test(path) && !/mode=memory/i.test(rest)) return { memory: true };
  if (/:memory:|mode=memory/i.test(rest)) return { memory: true };
  if (/^\/\/\/\.\.?\//.test(path) || /^\/\/[^/]/.test(path) || !path.startsWith("/")) return {};
  return { file: path.replace(/^\/+/, "/"), ...(/^\/\/\/[^/]/.test(path) ? { ambiguous: true } : {}) };
}

/** Whether a variable says that its program's database is SQLite, as DB_TYPE=sqlite3 does. */
export function namesSqlite(name: string, value: string): Signal | undefined {
  if (isKindName.test(name) && isSqliteKind.test(value.slice(0, 100))) return {};
  if (!/SQLITE/i.test(name) || /VERSION$/i.test(name)) return undefined;
  if (isOff.test(value.trim())) return undefined;
  if (value === ":memory:") return { memory: true };
  return value.startsWith("/") && value.length <= LONGEST ? { file: value } : {};
}

/** How likely a variable of this name holds a connection, so that not knowing its value matters. */
export function mayHoldConnection(name: string): "likely" | "perhaps" | "hardly" {
  if (/(?:PASS|PASSWORD|PASSWD|TOKEN|SECRET|KEY|USER|USERNAME|SALT)$/i.test(name)) return "hardly";
  return /DATABASE|(?:^|_)DB(?:_|$)|SQL|DSN|(?:^|_)CONN/i.test(name) ? "likely" : "perhaps";
}

/** The words of a command line that may name a database: `--db=/data/a.db` gives both sides. */
export function words(argument: string): string[] {
  if (argument.length > 16 * LONGEST) return [];
  return argument.split(/[\t\n\v\f\r "']+/).flatMap((word) => {
    const [, assigned] = /^(?:--?[\w.-]+|[A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
    return [assigned ?? word];
  });
}

/** Configuration files (a mounted ConfigMap): a connection, or a database setting whose value is SQLite; comments say nothing. */
export function inFile(text: string): Signal | undefined {
  const head = withoutComments(text);
  const [, url] = /(?:^|[\s"'=])((?:jdbc:)?sqlite3?(?:\+[a-z0-9_]+)?:\/\/[^\s"']*)/i.exec(head) ?? [];
  if (url !== undefined) return connection(url);
  const source = /\b(?:data source|filename)[ \t]*=[ \t]*[^;"'\n]{1,500}\.(?:db3?|sqlite3?)(?=[;"'\s]|$)/i.exec(head);
  if (source) return connection(source[0]);
  return /(?:^|\n)[^\n#;]{0,80}(?:db|database|driver|engine|type|client|backend)["']?\s*[:=]\s*["']?sqlite3?["']?\s*(?:[,;\n]|$)/i.test(
    head,
  )
    ? {}
    : undefined;
}

/** The beginning of a configuration file, without the lines that are comments in any usual format. */
export function withoutComments(text: string): string {
  return text.slice(0, 256 * 1024).replace(/^[ \t]*(?:#|;|\/\/).*$/gm, "");
}

/** Programs that keep their data in SQLite unless these variables say otherwise. From memory of their manuals: a hint. */
export const DEFAULTS_TO_SQLITE: { image: RegExp; unless: RegExp }[] = [
  { image: /(?:^|\/)vaultwarden\/server(?:[:@]|$)/, unless: /^DATABASE_URL$/ },
  { image: /(?:^|\/)louislam\/uptime-kuma(?:[:@]|$)/, unless: /DB_TYPE$/ },
  { image: /(?:^|\/)grafana\/grafana(?:-oss|-enterprise)?(?:[:@]|$)/, unless: /^GF_DATABASE_(?:TYPE|URL|HOST)/ },
  { image: /(?:^|\/)gitea\/gitea(?:[:@]|$)/, unless: /DB_TYPE$/ },
  { image: /(?:^|\/)filebrowser\/filebrowser(?:[:@]|$)/, unless: /^$/ },
  { image: /(?:^|\/)pihole\/pihole(?:[:@]|$)/, unless: /^$/ },
  // It replicates SQLite and chooses one writer among its pods by itself: worth a look, no more.
  { image: /(?:^|\/)litefs(?:[:@]|$)/, unless: /^$/ },
];
