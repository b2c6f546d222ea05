import { quantity } from "./quantity";

/* Requests and limits of containers: what is usual, and how what is missing is filled in. */

/** The usual amounts of one resource, as quantities. */
export interface UsualAmounts {
  request: string;
  limit: string;
  /** How many times its request a limit may be. */
  maxRatio: number;
}

export type UsualResources = Record<"cpu" | "memory", UsualAmounts>;

/** What a container gets that states no needs; the policies' parameters have these defaults too. */
export const USUAL_RESOURCES: UsualResources = {
  cpu: { request: "50m", limit: "500m", maxRatio: 20 },
  memory: { request: "64Mi", limit: "512Mi", maxRatio: 8 },
};

export type Amounts = Record<string, unknown>;

/**
 * Fills in what requests and limits lack of CPU and memory, and changes nothing that is there: a missing limit never comes out
 * under the request that is set nor over the ratio, a missing request never over the limit nor under the ratio. Where the half that
 * is set is no amount, or not known yet, the other cannot be computed and stays missing.
 */
export function completeResources(given: { requests?: Amounts | null; limits?: Amounts | null }, usual: UsualResources) {
  const requests = { ...given.requests };
  const limits = { ...given.limits };
  for (const key of ["cpu", "memory"] as const) complete(requests, limits, key, usual[key]);
  return { requests, limits };
}

function complete(requests: Amounts, limits: Amounts, key: "cpu" | "memory", { request, limit, maxRatio }: UsualAmounts): void {
  const [hasRequest, hasLimit] = [requests[key] ?? undefined, limits[key] ?? undefined].map((value) => value !== undefined);
  if (!hasRequest && !hasLimit) {
    requests[key] = request;
    limits[key] = limit;
  } else if (!hasLimit) {
    const least = quantity(requests[key]);
    if (least !== undefined) limits[key] = between(limit, least, least * maxRatio, key);
  } else if (!hasRequest) {
    const most = quantity(limits[key]);
    if (most !== undefined) requests[key] = between(request, most / maxRatio, most, key);
  }
}

/** The usual amount, or the nearest one within bounds (in cores or bytes). */
function between(usual: string, least: number, most: number, key: "cpu" | "memory"): string {
  const amount = quantity(usual)!;
  if (amount < least) return written(Math.ceil, least, key);
  return amount > most && most > 0 ? written(Math.floor, most, key) : usual;
}

function written(round: (value: number) => number, amount: number, key: "cpu" | "memory"): string {
  // A rounding error of the division must not move a whole number to the next one.
  const near = (value: number) => round(Number(value.toPrecision(12)));
  return key === "cpu" ? `${near(amount * 1000)}m` : `${near(amount)}`;
}
