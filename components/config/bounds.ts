import { parseQuantity } from "../../kubernetes/quantity";
import type { FindingAt, Path } from "./finding";

interface Bounds {
  requests?: Amounts;
  limits?: Amounts;
}

interface Amounts {
  cpu?: string;
  memory?: string;
}

/** A limit below its request is refused by the API server, long after `pulumi up` began. */
export function limitsBelowRequests(path: Path, { requests = {}, limits = {} }: Bounds = {}): FindingAt[] {
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
