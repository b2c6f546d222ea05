export interface ImageReference {
  registry: string;
  /** Path within the registry, as `library/nginx`. */
  repository: string;
  tag?: string;
  digest?: string;
}

/** Registry or first folder, path, tag, digest (distribution/reference); read by CEL too. */
export const REFERENCE =
  "^(?:([^/@]+)/)?([^:@]+)(?::([a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}))?(?:@([a-z0-9+._-]+:[a-fA-F0-9]{32,}))?$";
const HUB = "docker.io";
const PARTS = new RegExp(REFERENCE);

/** Takes an image's name apart as container runtimes do (distribution/reference); undefined if it is none. */
export function parseImage(text: string): ImageReference | undefined {
  if (text.length > 500 || /\s/.test(text)) return undefined;
  const match = PARTS.exec(text);
  if (!match) return undefined;
  const [, first, rest, tag, digest] = match;
  // Without a dot, a port or "localhost" the first part is no registry but a user of Docker Hub.
  const registry = first && /[.:]|^localhost$/.test(first) ? first : undefined;
  const path = registry || !first ? rest : `${first}/${rest}`;
  const isOfficial = (registry ?? HUB) === HUB && !path.includes("/");
  return { registry: registry ?? HUB, repository: isOfficial ? `library/${path}` : path, tag, digest };
}
