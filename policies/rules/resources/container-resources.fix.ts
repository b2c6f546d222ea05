import { isRecord } from "../../core/field";
import { ObjectView } from "../../core/object";
import { quantity } from "../../core/quantity";
import { isUnknown } from "../../core/unknown";
import { edit } from "../../core/edit";
import type { ResourceParams } from "./container-resources.params";

/**
 * Fills in what a container lacks, and changes nothing that is there: a missing limit never comes out under the
 * request that is set, a missing request never over the limit.
 */
export function fillResources(view: ObjectView, params: ResourceParams): Record<string, unknown> | undefined {
  if (!view.pod || view.patch) return undefined;
  const places = view.pod.containerLists
    .flatMap((list) => list())
    .filter(({ role, field }) => role !== "ephemeral container" && isRecord(field.value))
    .map(({ field }) => field.at("resources"))
    .filter((resources) => !resources.unknown);
  return edit(view.root, places, (resources) => filled(resources, params));
}

function filled(value: unknown, params: ResourceParams): unknown {
  const resources = isRecord(value) ? value : {};
  if (isUnknown(resources.requests) || isUnknown(resources.limits)) return value;
  const requests = isRecord(resources.requests) ? { ...resources.requests } : {};
  const limits = isRecord(resources.limits) ? { ...resources.limits } : {};
  const { defaultCpuRequest, defaultCpuLimit, defaultMemoryRequest, defaultMemoryLimit, maxCpuRatio, maxMemoryRatio } = params;
  complete(requests, limits, { key: "cpu", request: defaultCpuRequest, limit: defaultCpuLimit, ratio: maxCpuRatio });
  complete(requests, limits, { key: "memory", request: defaultMemoryRequest, limit: defaultMemoryLimit, ratio: maxMemoryRatio });
  return { ...resources, requests, limits };
}

interface Usual {
  key: "cpu" | "memory";
  request: string;
  limit: string;
  /** How many times the request the limit may be. */
  ratio: number;
}

function complete(requests: Record<string, unknown>, limits: Record<string, unknown>, usual: Usual): void {
  const { key, request, limit, ratio } = usual;
  const [hasRequest, hasLimit] = [requests[key] ?? undefined, limits[key] ?? undefined].map((value) => value !== undefined);
  if (!hasRequest && !hasLimit) {
    requests[key] = request;
    limits[key] = limit;
  } else if (!hasLimit) {
    const least = quantity(requests[key]) ?? 0;
    limits[key] = between(limit, least, least * ratio, key);
  } else if (!hasRequest) {
    const most = quantity(limits[key]) ?? Infinity;
    requests[key] = between(request, most / ratio, most, key);
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
