import { isSecretName } from "./names";
import { shapeIn } from "./tokens";
import { isLiteral, isSecretValue } from "./values";

/** `NAME=value`, `--name=value`, `-Dname=value`. */
const ASSIGNMENT = /^(?:--?D?)?([A-Za-z][\w.-]{1,80})=(.{1,500})$/s;
const OPTION = /^--?([A-Za-z][\w.-]{2,80})$/;

/** Options of programs that take a password, alone or as `user:password`. */
const PASSWORD_OPTIONS: [program: RegExp, option: RegExp][] = [
  [/^(?:mysql|mariadb)(?:admin|dump)?$/, /^-p(.{4,})$/s],
  [/^redis-cli$/, /^-a (.+)$/s],
  [/^curl$/, /^(?:-u|--user) ?[^:\s]+:(.+)$/s],
];

/** For each part of a command line, what is secret in it. */
export function secretsIn(parts: readonly (string | undefined)[]): (string | undefined)[] {
  const found = parts.map((part) => (part === undefined ? undefined : (shapeIn(part) ?? inShell(part))));
  const tokens = parts.map((part) => part ?? "");
  for (const index of literalsIn(tokens)) found[index] ??= "a literal secret";
  return found;
}

/** A part that holds several words is a line for a shell. */
function inShell(part: string): string | undefined {
  if (!/\s/.test(part) || part.length > 20_000) return undefined;
  for (const line of part.split(/[\n;|&]+/)) {
    const tokens = (line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((token) => token.replace(/["']/g, ""));
    if (literalsIn(tokens).length > 0) return "a literal secret";
  }
  return undefined;
}

function literalsIn(tokens: readonly string[]): number[] {
  const found: number[] = [];
  const programs = PASSWORD_OPTIONS.filter(([program]) => tokens.some((token) => program.test(token.replace(/^.*\//, ""))));
  tokens.forEach((token, index) => {
    const [, name, value = ""] = ASSIGNMENT.exec(token) ?? [];
    if (name !== undefined && isSecretName(name) && isSecretValue(name, value)) found.push(index);
    const next = tokens[index + 1] ?? "";
    const option = OPTION.exec(token)?.[1];
    if (option !== undefined && isSecretName(option) && !next.startsWith("-") && isSecretValue(option, next)) {
      found.push(index + 1);
    }
    for (const [, form] of programs) {
      const [, password] = form.exec(token) ?? form.exec(`${token} ${next}`) ?? [];
      if (password !== undefined && isLiteral(password)) found.push(index);
    }
  });
  return found;
}
