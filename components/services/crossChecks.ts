import type { FindingAt } from "../config/finding";
import { servedNames } from "./hosts";
import { images } from "../../kubernetes/images";
import { parseImage } from "../../kubernetes/image";
import type { Check } from "../config/checks/check";

/* Settings of services that only make sense together. */

/** The plain entry point carries redirects to the encrypted one: on a single entry point they would go in circles. */
export const entryPointsDiffer: Check = (draft) => {
  const { entryPoint, plainEntryPoint } = draft.routing ?? {};
  if (entryPoint === undefined || entryPoint !== plainEntryPoint) return [];
  return [
    {
      path: ["routing", "plainEntryPoint"],
      cause: "is the same entry point as routing.entryPoint, so redirects would go in circles",
      allowed: "Traefik's entry point for plain HTTP",
      fix: entryPoint === "web" ? { set: "websecure", key: ["routing", "entryPoint"] } : { set: "web" },
    },
  ];
};

/** The page's delete button calls an API that the registry refuses unless told otherwise. */
export const deletesNeedRegistry: Check = (draft) => {
  const registry = draft.registry;
  if (registry?.ui?.allowDelete !== true || registry.allowDelete !== false) return [];
  return [
    {
      path: ["registry", "ui", "allowDelete"],
      cause: "is true, and the registry itself refuses deletes",
      allowed: "true only with registry.allowDelete true",
      fix: { set: "true", key: ["registry", "allowDelete"] },
    },
  ];
};

export const pullSecretsNeedRegistry: Check = (draft) => {
  if (draft.registry?.enabled !== false) return [];
  return (draft.namespaces ?? []).flatMap((namespace, i): FindingAt[] => {
    if (namespace.pullSecret !== true) return [];
    return [
      {
        path: ["namespaces", i, "pullSecret"],
        cause: "is true, and there is no registry to pull from: registry.enabled is false",
        allowed: "true only with registry.enabled true",
        fix: { set: "false" },
      },
    ];
  });
};

/** A registry that has to be pulled from itself never starts on an empty node. */
export const imagesComeFromElsewhere: Check = (draft, broken) => {
  const own = servedNames(draft, broken).find((name) => name.path.join(".") === "registry.host")?.host;
  if (own === undefined) return [];
  const chosen = [
    { path: ["registry", "image"], image: draft.registry?.image, standard: images.registry },
    {
      path: ["registry", "ui", "image"],
      image: draft.registry?.ui?.image,
      standard: images.registryUi,
    },
  ];
  return chosen.flatMap(({ path, image, standard }): FindingAt[] => {
    const from = image === undefined ? undefined : parseImage(image)?.registry.replace(/:\d+$/, "");
    if (from !== own) return [];
    return [
      {
        path,
        cause: "comes from the registry that it is needed for, which could then never start",
        allowed: "an image of another registry",
        fix: { set: standard },
      },
    ];
  });
};
