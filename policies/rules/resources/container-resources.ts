import { Field } from "../../../kubernetes/objects/field";
import { Finding, each, finding } from "../../../kubernetes/objects/finding";
import { ObjectView } from "../../core/object";
import { definePolicy } from "../../core/policy";
import { quantity } from "../../../kubernetes/quantity";
import { USUAL_RESOURCES } from "../../../kubernetes/resources";
import { listed } from "../../../kubernetes/objects/text";
import { ContainerView, POD_CARRIERS } from "../../../kubernetes/objects/workload";
import { containerResourcesCel } from "./container-resources.cel";
import { bad, good } from "./container-resources.examples";
import { fillResources } from "./container-resources.fix";
import type { ResourceParams } from "./container-resources.params";

const { cpu, memory } = USUAL_RESOURCES;
const KINDS = ["requests", "limits"] as const;
const RESOURCES = ["cpu", "memory"] as const;

export const containerResources = definePolicy<ResourceParams>({
  id: "container-resources",
  title: "Requests and limits for cpu and memory on every container",
  rationale:
    "A home cluster is one or two small machines. A container without a memory limit takes the node down with it; one " +
    "without requests is placed where there is no room and is the first to be killed.",
  severity: "high",
  level: "mandatory",
  remediation: "Set resources.requests and resources.limits for cpu and memory, init containers and jobs included.",
  tags: ["resources", "reliability"],
  anchors: {
    controls: ["KSV-0011", "KSV-0015", "KSV-0016", "KSV-0018", "C-0268", "C-0269", "C-0270", "C-0271"],
    contraries: ["kyverno/forbid-cpu-limits"],
  },
  match: POD_CARRIERS,
  params: {
    maxCpu: { type: "string", format: "quantity", default: "4", description: "Highest cpu limit of one container" },
    maxMemory: { type: "string", format: "quantity", default: "8Gi", description: "Highest memory limit of one container" },
    maxCpuRatio: {
      type: "number",
      minimum: 1,
      default: cpu.maxRatio,
      description: "Highest cpu limit as a multiple of the request",
    },
    maxMemoryRatio: {
      type: "number",
      minimum: 1,
      default: memory.maxRatio,
      description: "Highest memory limit as a multiple of the request",
    },
    defaultCpuRequest: {
      type: "string",
      format: "quantity",
      default: cpu.request,
      description: "Request that remediation fills in",
    },
    defaultCpuLimit: { type: "string", format: "quantity", default: cpu.limit, description: "Limit that remediation fills in" },
    defaultMemoryRequest: {
      type: "string",
      format: "quantity",
      default: memory.request,
      description: "Request that remediation fills in",
    },
    defaultMemoryLimit: {
      type: "string",
      format: "quantity",
      default: memory.limit,
      description: "Limit that remediation fills in",
    },
  },
  *check(view, params) {
    if (!view.pod) return;
    yield* each(view.pod.containerLists, (list) => each(list(), (container) => judge(view, container, params)));
  },
  fix: fillResources,
  admission: containerResourcesCel,
  good,
  bad,
});

function* judge(view: ObjectView, container: ContainerView, params: ResourceParams): Iterable<Finding> {
  const who = container.label;
  const resources = container.field.at("resources");
  const missing = KINDS.flatMap((kind) =>
    RESOURCES.filter((resource) => isMissing(resources.at(kind), resource)).map((resource) => ({ kind, resource })),
  );
  if (missing.length > 0 && canBeComplete(view, container)) {
    const what = listed(missing.map(({ kind, resource }) => `${resource} ${kind.slice(0, -1)}`));
    yield finding(
      resources,
      `${who} has no ${what}`,
      remedy(
        container,
        missing.map(({ kind, resource }) => `${kind}.${resource}`),
      ),
    );
  }
  yield* each(RESOURCES, (resource) => judgeAmounts(who, resources, resource, params));
}

/** What is not known yet is not missing; whether it is right, `judgeAmounts` says. */
function isMissing(amounts: Field, resource: string): boolean {
  if (amounts.unknown) return false;
  const amount = amounts.at(resource);
  return !amount.unknown && !amount.exists;
}

/** A patch that does not name an image changes a container that is complete elsewhere. */
function canBeComplete(view: ObjectView, container: ContainerView): boolean {
  return !view.patch || container.field.at("image").exists;
}

function remedy(container: ContainerView, missing: string[]): string {
  return container.role === "ephemeral container"
    ? "remove it: Kubernetes allows no resources on ephemeral containers; attach one with kubectl debug when needed"
    : `set ${listed(missing.map((name) => `resources.${name}`))}`;
}

function* judgeAmounts(
  who: string,
  resources: Field,
  resource: (typeof RESOURCES)[number],
  params: ResourceParams,
): Iterable<Finding> {
  const requests = resources.at("requests");
  const limits = resources.at("limits");
  const request = unlessUnknown(requests, resource);
  const limit = unlessUnknown(limits, resource);
  if (request) yield* noAmount(who, request, `${resource} request`);
  if (limit) {
    yield* noAmount(who, limit, `${resource} limit`);
    const cap = resource === "cpu" ? params.maxCpu : params.maxMemory;
    if ((quantity(limit.value) ?? 0) > quantity(cap)!) {
      yield finding(limit, `${who} has a ${resource} limit above ${cap}`, `lower it to ${cap} or less`);
    }
  }
  // What is known is judged; reading the other one says that it is not.
  if (request && limit) yield* outOfProportion(who, request, limit, resource, params);
  else void [limits.at(resource).value, requests.at(resource).value];
}

function unlessUnknown(amounts: Field, resource: string): Field | undefined {
  if (amounts.unknown) return undefined;
  const amount = amounts.at(resource);
  return amount.unknown ? undefined : amount;
}

function* noAmount(who: string, field: Field, what: string): Iterable<Finding> {
  if (!field.exists || (quantity(field.value) ?? -1) > 0) return;
  const example = what.startsWith("cpu") ? "250m" : "256Mi";
  yield finding(field, `${who} has a ${what} that is no amount above zero`, `write a quantity, as ${example}`);
}

function* outOfProportion(
  who: string,
  request: Field,
  limit: Field,
  resource: (typeof RESOURCES)[number],
  params: ResourceParams,
): Iterable<Finding> {
  const [most, least] = [quantity(limit.value) ?? 0, quantity(request.value) ?? 0];
  if (!(least > 0 && most > 0)) return;
  const ratio = resource === "cpu" ? params.maxCpuRatio : params.maxMemoryRatio;
  if (least > most) {
    yield finding(request, `${who} requests more ${resource} than its limit`, "raise the limit or lower the request");
  } else if (most / least > ratio * (1 + 1e-9)) {
    yield finding(
      limit,
      `${who} has a ${resource} limit of more than ${ratio} times its request`,
      `raise resources.requests.${resource} or lower the limit`,
    );
  }
}
