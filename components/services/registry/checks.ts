import { parseImage } from "../../../kubernetes/image";
import { images } from "../../../kubernetes/images";
import { limitsBelowRequests } from "../../config/bounds";
import type { FindingAt } from "../../config/finding";
import { keyOf, repeated } from "../../config/repeated";
import type { Check } from "../check";

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

/** A registry that has to be pulled from itself never starts on an empty node. */
export const imagesComeFromElsewhere: Check = (draft, _broken, hosts) => {
  const own = hosts.find(({ path }) => path.join(".") === "registry.host")?.host;
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

/** Docker takes the first part of `registry/app` for an account on Docker Hub unless it has a dot or a port. */
export const registryHostHasDot: Check = (draft) => {
  const host = draft.registry?.host;
  if (host === undefined || host.includes(".")) return [];
  return [
    {
      path: ["registry", "host"],
      cause: "has no dot, so container tools take it for an account on Docker Hub",
      allowed: "a name of two parts or more",
      fix: draft.domain === undefined ? { remove: true } : { repair: `${host}.${draft.domain}` },
    },
  ];
};

export const distinctUsers: Check = (draft) => {
  const names = [
    { path: ["registry", "username"], name: draft.registry?.username },
    ...(draft.registry?.users ?? []).map((user, i) => ({ path: ["registry", "users", i, "name"], name: user.name })),
  ];
  return repeated(names).map(({ path, first }) => ({
    path,
    cause: `is the same name as ${keyOf(first)}`,
    allowed: "a name that no other account has",
    fix: { say: "give one of the two another name, or remove it" },
  }));
};

export const registryBounds: Check = ({ registry }) => [
  ...limitsBelowRequests(["registry", "resources"], registry?.resources),
  ...limitsBelowRequests(["registry", "ui", "resources"], registry?.ui?.resources),
];
