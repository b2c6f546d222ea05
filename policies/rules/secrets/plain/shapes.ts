/*
 * What gives a secret away. Only the name of a shape leaves this file; the text itself is never passed on.
 */

/** Forms that are secrets whatever they are called (makers' own documentation of their token formats). */
const SHAPES: [name: string, form: RegExp][] = [
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ["an AWS access key", /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})/],
  ["a GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}/],
  ["a Slack token", /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ["a Google API key", /\bAIza[A-Za-z0-9_-]{35}/],
  ["an API key of a language model", /\bsk-(?:proj-|ant-|or-)?[A-Za-z0-9_-]{20,}/],
  ["a Docker Hub token", /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}/],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}/],
  ["a Hugging Face token", /\bhf_[A-Za-z0-9]{30,}/],
  ["a SendGrid key", /\bSG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}/],
  ["a signed token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
];

/** Longer texts are files; what lies behind this many characters is not looked at. */
const LONGEST = 256 * 1024;

/** What every one of them holds somewhere: most texts need no closer look. */
const LIKELY = /PRIVATE KEY|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|AIza|sk-|dckr_|npm_|hf_|SG\.|eyJ|:\/\//;

/** The name of the shape that a text holds. */
export function shapeIn(text: string): string | undefined {
  if (!LIKELY.test(text)) return undefined;
  const head = text.slice(0, LONGEST);
  const shape = SHAPES.find(([, form]) => form.test(head))?.[0];
  return shape ?? (passwordInUrl(head) ? "a password in an address" : undefined);
}

function passwordInUrl(text: string): boolean {
  for (const [, password] of text.matchAll(/\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/]{0,200}:([^\s@/]{1,200})@/gi)) {
    if (!isPlaceholder(password)) return true;
  }
  return false;
}

const SECRET_NAME =
  /(?:^|[_.-])(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|(?:access|private|signing|encryption|secret)[_-]?key|credentials?)(?:$|[_.-](?:base64|b64|value|hex))/i;

/** Names whose value is a secret, as DB_PASSWORD; not those that only speak of one, as PASSWORD_FILE or TOKEN_TTL. */
export function isSecretName(name: string): boolean {
  if (name.length > 200) return false;
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/__+/g, "_");
  return SECRET_NAME.test(words) && !/(?:^|[_.-])public[_-]?key/i.test(words);
}

/** Whether a value stands for itself: long enough to be a secret, and neither a reference nor a word for none. */
export function isLiteral(value: string): boolean {
  const text = value.trim();
  return (
    text.length >= 4 &&
    !isPlaceholder(text) &&
    !/^(?:true|false|null|none|disabled|enabled|required|optional|auto)$/i.test(text) &&
    !/^\d{1,5}$/.test(text) &&
    !/^\/[\w./-]*$/.test(text)
  );
}

/** `$(NAME)`, `${NAME}`, `{{ name }}`, `<name>`, `%NAME%`: filled in elsewhere. `test` is what LocalStack takes. */
function isPlaceholder(text: string): boolean {
  return /^\$\(.*\)$|^\$\{.*\}$|^\$[A-Za-z_]\w*$|^\{\{.*\}\}$|^<.*>$|^%\w+%$|^[*x.]+$|^test$/is.test(text);
}

const LINE =
  /^[ \t]{0,40}(?:export[ \t]+|-[ \t]+|--)?["']?([A-Za-z][\w.-]{2,80})["']?[ \t]*[:=][ \t]*["']?([^\s"',;#]{8,200})["']?[ \t]*[,;]?[ \t]*(?:#.*)?$/gm;

/** A line of a configuration file that gives a secret's name a value that looks random enough to be one. */
export function secretLine(text: string): string | undefined {
  if (!text.includes("\n") && !/[:=]/.test(text)) return undefined;
  for (const [, name, value] of text.slice(0, LONGEST).matchAll(LINE)) {
    if (isSecretName(name) && isLiteral(value) && entropy(value) >= 2.75) return name;
  }
  return undefined;
}

/** Shannon entropy in bits a character: words have about 2 to 3, random text of 16 characters more than 3. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
