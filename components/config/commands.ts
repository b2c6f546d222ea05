import type { Path } from "./finding";

/* Keys and commands as a person types them. */

export interface StackName {
  project: string;
  stack: string;
}

/** `homelab:registry.users[0].password`; parts with other signs in brackets and quotes, as the CLI reads them. */
export function formatKey(project: string, path: Path): string {
  const [first, ...rest] = path;
  const parts = rest.map((part) => {
    if (typeof part === "number") return `[${part}]`;
    return /^[A-Za-z0-9_-]+$/.test(part) ? `.${part}` : `[${visible(part)}]`;
  });
  const head = String(first);
  return `${project}:${/^[A-Za-z0-9_.[\]-]+$/.test(head) ? head : visible(head)}${parts.join("")}`;
}

/** Text in quotes with everything that a terminal would act on, or that nobody would see, written out. */
export function visible(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return JSON.stringify(short).replace(
    /[\u007f-\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export function setCommand(name: StackName, path: Path, value: string): string {
  return `${command("set", name, path)} ${quote(value)}`;
}

/** Without a value: the CLI asks for it, and it stays out of the shell's history. */
export function setSecretCommand(name: StackName, path: Path): string {
  return `${command("set --secret", name, path)}`;
}

/** `whole`: the key is what it looks like, not a path. */
export function removeCommand(name: StackName, path: Path, whole = false): string {
  return command("rm", name, path, whole);
}

function command(verb: string, { project, stack }: StackName, path: Path, whole = false): string {
  const nested = path.length > 1 && !whole;
  return `pulumi config ${verb} --stack ${quote(stack)} ${nested ? "--path " : ""}${quote(formatKey(project, path))}`;
}

/** For a POSIX shell; left alone where no sign has a meaning. */
function quote(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) && !word.startsWith("-") ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}
