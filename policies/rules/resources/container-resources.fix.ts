import { isRecord } from "../../../kubernetes/objects/field";
import { ObjectView } from "../../core/object";
import { completeResources } from "../../../kubernetes/resources";
import { isUnknown } from "../../../kubernetes/objects/unknown";
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
  const { requests, limits } = resources;
  const given = { requests: isRecord(requests) ? requests : {}, limits: isRecord(limits) ? limits : {} };
  const { defaultCpuRequest, defaultCpuLimit, defaultMemoryRequest, defaultMemoryLimit, maxCpuRatio, maxMemoryRatio } = params;
  const usual = {
    cpu: { request: defaultCpuRequest, limit: defaultCpuLimit, maxRatio: maxCpuRatio },
    memory: { request: defaultMemoryRequest, limit: defaultMemoryLimit, maxRatio: maxMemoryRatio },
  };
  return { ...resources, ...completeResources(given, usual) };
}
