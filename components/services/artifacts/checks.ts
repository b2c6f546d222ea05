import type { FindingAt, Path } from "../../config/finding";
import { splitImage } from "../../../kubernetes/image";
import type { Check } from "../check";

/** Every artifact has a name of its own, and a registry to lie in. */
export const artifactsHavePlaces: Check = (draft) => {
  return (draft.artifacts ?? []).flatMap(({ name }, i): FindingAt[] => {
    const path: Path = ["artifacts", i, "name"];
    const first = draft.artifacts?.findIndex((other) => other.name === name);
    if (draft.registry?.enabled === false) {
      const cause = "needs the platform's registry, and registry.enabled is false";
      return [{ path: ["artifacts", i], cause, allowed: "only with a registry", fix: { remove: true } }];
    }
    if (name !== undefined && splitImage(name)?.registry !== undefined) {
      const cause = "names a registry: artifacts lie in the platform's";
      return [{ path, cause, allowed: "a name and tag, such as agents/plan:v1", fix: { say: "leave the registry out" } }];
    }
    if (name === undefined || first === i) return [];
    return [
      {
        path,
        cause: `is the name of artifacts[${first}]`,
        allowed: "a name that no other artifact has",
        fix: { say: "give one of the two another name or tag" },
      },
    ];
  });
};
