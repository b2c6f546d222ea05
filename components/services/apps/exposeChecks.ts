import type { FindingAt, Path } from "../../config/finding";
import type { Check } from "../check";

/* What the declarations of exposed ports ask of each other. */

/** A Service is opened once, with all its declared ports. */
export const exposedServicesDiffer: Check = (draft) => {
  return eachExposure(draft, ({ service }, path, earlier) => {
    if (service === undefined || !earlier.some((other) => other.service === service)) return [];
    const say = "list its ports in one entry";
    return [
      {
        path: [...path, "service"],
        cause: "is exposed by an entry above",
        allowed: "another Service of the chart",
        fix: { say },
      },
    ];
  });
};

/** An empty list of ports would open nothing; one of ranges would, to some readers, let everybody in. */
export const exposuresNameSomething: Check = (draft, broken) => {
  return eachExposure(draft, (exposure, path) =>
    (["ports", "allowedRanges"] as const).flatMap((key): FindingAt[] => {
      const at: Path = [...path, key];
      if (exposure[key] === undefined || exposure[key].length > 0 || broken(at)) return [];
      if (key === "ports") return [{ path: at, cause: "is empty", allowed: "at least one port", fix: { say: "name the ports" } }];
      const say = "name the ranges, or remove the key for those of homelab:routing";
      return [{ path: at, cause: "is empty", allowed: "at least one range", fix: { say } }];
    }),
  );
};

type Draft = Parameters<Check>[0];
type Exposure = NonNullable<NonNullable<NonNullable<Draft["apps"]>[number]["expose"]>[number]>;

function eachExposure(draft: Draft, look: (exposure: Exposure, path: Path, earlier: Exposure[]) => FindingAt[]): FindingAt[] {
  return (draft.apps ?? []).flatMap(({ expose }, i) =>
    (expose ?? []).flatMap((exposure, j) => look(exposure, ["apps", i, "expose", j], expose!.slice(0, j))),
  );
}
