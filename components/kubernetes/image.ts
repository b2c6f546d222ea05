/* Image references: `[host[:port]/]path[:tag][@digest]`, after the grammar of github.com/distribution/reference. */

export interface ImageReference {
  /** Registry, with its port; absent for a short name. */
  registry?: string;
  repository: string;
  tag?: string;
  digest?: string;
}

const REGISTRY = /^(localhost|[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+|[a-zA-Z0-9-]+(?=:\d)|\[[0-9a-fA-F:]+\])(:\d{1,5})?$/;
const REPOSITORY = /^[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/;

/** The parts of a reference, or undefined if it is none. */
export function parseImage(text: string): ImageReference | undefined {
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const slash = name.indexOf("/");
  const registry = slash > 0 && REGISTRY.test(name.slice(0, slash)) ? name.slice(0, slash) : undefined;
  const repository = registry === undefined ? name : name.slice(slash + 1);
  if (name.length > 255 || !REPOSITORY.test(repository)) return undefined;
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;
  return { registry, repository, tag, digest };
}

/** What is wrong with an image reference, or undefined: its form, and that it names a fixed version. */
export function imageProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  if (/\s/.test(text)) return "has white space in it";
  if (text.includes("://")) return "is a URL; an image reference has no scheme";
  const image = parseImage(text);
  if (!image) return /[A-Z]/.test(text.replace(/[:@].*$/, "")) ? "has capital letters in its name" : "is not an image reference";
  if (image.digest) return undefined;
  if (image.tag === undefined) return "has no tag, so its content changes without notice";
  if (image.tag === "latest") return "has the tag latest, so its content changes without notice";
  return undefined;
}
