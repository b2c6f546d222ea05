/** Image references: `[host[:port]/]path[:tag][@digest]`. Grammar: github.com/distribution/reference. */
export interface ImageReference {
  /** With its port; `docker.io` where none is named. */
  registry: string;
  /** Path within the registry, as `library/nginx`. */
  repository: string;
  tag?: string;
  digest?: string;
}

export const HUB = "docker.io";

const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
/** What is no path of Docker Hub: a dot, a port, a capital letter, an IPv6 address, or localhost. */
const registry = [
  "localhost(?::[0-9]+)?",
  `${label}(?:\\.${label})+(?::[0-9]+)?`,
  `${label}:[0-9]+`,
  "[a-z0-9-]*[A-Z][a-zA-Z0-9-]*",
  "\\[[a-fA-F0-9:]+\\](?::[0-9]+)?",
].join("|");
const folder = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";
const digest = "sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}";

/** The grammar as a regular expression that CEL reads too: registry, path, tag, digest. */
export const REFERENCE = `^(?:(${registry})/)?(${folder}(?:/${folder})*)(?::([a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}))?(?:@(${digest}))?$`;
const PARTS = new RegExp(REFERENCE);
/** An image's id, which names no repository. */
const IDENTIFIER = /^[a-f0-9]{64}$/;

/** A path, and a whole reference. */
const LONGEST_PATH = 255;
export const LONGEST_TEXT = 600;

/** A reference's parts as they are written, a registry only where one is named; undefined if it is none. */
export function splitImage(text: string): (Partial<ImageReference> & Pick<ImageReference, "repository">) | undefined {
  const match = text.length > LONGEST_TEXT ? null : PARTS.exec(text);
  if (!match) return undefined;
  const [, registry, repository = "", tag, digest] = match;
  if (repository.length > LONGEST_PATH || IDENTIFIER.test(text)) return undefined;
  return { registry, repository, tag, digest };
}

/** A reference as container runtimes take it, with what Docker lets people leave out; undefined if it is none. */
export function parseImage(text: string): ImageReference | undefined {
  const parts = splitImage(text);
  if (!parts) return undefined;
  const { repository, tag, digest } = parts;
  const registry = parts.registry === undefined || parts.registry === `index.${HUB}` ? HUB : parts.registry;
  return {
    registry,
    repository: registry === HUB && !repository.includes("/") ? `library/${repository}` : repository,
    tag,
    digest,
  };
}
