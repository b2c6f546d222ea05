/** Parts of Pulumi that stand in for official ones where those cannot be had: built from source, or written here. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../shared/paths";
import { placeLink } from "../../shared/place";
import { bundle } from "../providers/bundle";
import { buildPrograms } from "./build";
import { enginePrograms, kubernetesPlugin, KUBERNETES_PLUGIN_VERSION } from "./programs";

/** The CLI and its hosts, which it takes without a warning where they lie beside it: the built files by the name that each has there. */
export async function builtCli(): Promise<Record<string, string>> {
  const built = await buildPrograms(enginePrograms);
  return {
    pulumi: built.pulumi!,
    "pulumi-language-nodejs": built["language-host"]!,
    "pulumi-language-nodejs-3.68": built["language-host-3.68"]!,
  };
}

/** Leaves a plugin as `executable`, and says what it is. */
export async function substitute(
  plugin: string,
  executable: string,
): Promise<{ how: "built here"; version: string } | { how: "stand-in" }> {
  if (plugin === "kubernetes") {
    placeLink((await buildPrograms([kubernetesPlugin]))[kubernetesPlugin.name]!, executable);
    return { how: "built here", version: KUBERNETES_PLUGIN_VERSION };
  }
  const file = `${executable}.js`;
  await bundle(join(root, "lab", "providers", plugin, "main.ts"), file);
  writeFileSync(executable, `#!/bin/sh\nexec node '${file}' "$@"\n`, { mode: 0o755 });
  return { how: "stand-in" };
}
