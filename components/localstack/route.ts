import type { FlavorRun } from "./flavors";

/**
 * What of the emulator is served outside, in Traefik's rule language: everything but the paths by which anyone could stop,
 * reset or reconfigure it, and of those what only tells how it is.
 */
export function routeConditions({ control }: Pick<FlavorRun, "control">): string[] {
  const closed = control.prefixes.map((prefix) => `!PathPrefix(\`${prefix}\`)`);
  const open = control.open.map((path) => `Path(\`${path}\`)`).join(" || ");
  return [closed.join(" && "), `(Method(\`GET\`) || Method(\`HEAD\`)) && (${open})`];
}
