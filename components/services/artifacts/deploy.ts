import { pushArtifact } from "../../blocks/images";
import type { Deployed, PlatformContext } from "../service";

export function deployArtifacts({ name, config, made: { registry } }: PlatformContext): Deployed {
  if (registry === undefined) return {};
  for (const artifact of config.artifacts) {
    const label = artifact.name.replace(/[^a-z0-9]+/gi, "-");
    // As it was called before the spelling that the field has.
    const aliases = [{ name: `${name}-artefact-${label}` }];
    const child = { parent: registry.component, dependsOn: registry.component, aliases };
    pushArtifact(`${name}-artifact-${label}`, artifact, registry.access, child);
  }
  return {};
}
