import type { FindingAt, Path } from "../finding";
import { parseQuantity } from "../../../kubernetes/quantity";
import type { Check } from "./check";

interface Bounds {
  requests?: Amounts;
  limits?: Amounts;
}

interface Amounts {
  cpu?: string;
  memory?: string;
}

/** A limit below its request is refused by the API server, long after `pulumi up` began. */
export const limitsReachRequests: Check = (draft) => {
  return [
    ...tooLow(["registry", "resources"], draft.registry?.resources),
    ...tooLow(["registry", "ui", "resources"], draft.registry?.ui?.resources),
    ...tooLow(["localstack", "resources"], draft.localstack?.resources),
    ...(draft.namespaces ?? []).flatMap(({ quota }, i) => tooLow(["namespaces", i, "quota"], quota)),
    ...(draft.apps ?? []).flatMap(({ quota }, i) => tooLow(["apps", i, "quota"], quota)),
  ];
};

function tooLow(path: Path, { requests = {}, limits = {} }: Bounds = {}): FindingAt[] {
  return (["cpu", "memory"] as const).flatMap((what): FindingAt[] => {
    const request = parseQuantity(requests[what] ?? "");
    const limit = parseQuantity(limits[what] ?? "");
    if (request === undefined || limit === undefined || limit >= request) return [];
    return [
      {
        path: [...path, "limits", what],
        cause: `is lower than the request beside it, requests.${what}`,
        allowed: `a quantity not below requests.${what}`,
        fix: { repair: requests[what] ?? "", source: [...path, "requests", what] },
      },
    ];
  });
}
