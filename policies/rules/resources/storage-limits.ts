import { Field } from "../../core/field";
import { Finding, finding } from "../../core/finding";
import { Inventory } from "../../core/inventory";
import { ObjectView } from "../../core/object";
import { literal } from "../../core/cel";
import { CrossFinding, definePolicy } from "../../core/policy";
import { quantity } from "../../core/quantity";
import { show } from "../../core/text";
import { unknownPath } from "../../core/unknown";

interface StorageParams {
  maxClaim: string;
  maxTotal: string;
}

function claim(size: string, name = "c"): string {
  return `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: ${name}, namespace: a}, spec: {resources: {requests: {storage: ${size}}}}}`;
}

function set(size: string, replicas: number): string {
  return `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s, namespace: a}, spec: {replicas: ${replicas}, volumeClaimTemplates: [{metadata: {name: d}, spec: {resources: {requests: {storage: ${size}}}}}]}}`;
}

const both = (...documents: string[]) => documents.join("\n---\n");

export const storageLimits = definePolicy<StorageParams>({
  id: "storage-limits",
  title: "Claims fit the disk they are cut from",
  rationale:
    "The storage of a home cluster is one disk, and local-path does not hold anybody to a claim's size: what is promised must fit.",
  severity: "medium",
  level: "mandatory",
  remediation: "Ask for less, or raise maxClaim and maxTotal to what the disk has.",
  tags: ["storage", "resources"],
  match: [
    { group: "", versions: ["v1"], kinds: ["PersistentVolumeClaim"] },
    { group: "apps", versions: ["v1"], kinds: ["StatefulSet"] },
  ],
  params: {
    maxClaim: { type: "string", format: "quantity", default: "50Gi", description: "Largest size of one claim" },
    maxTotal: { type: "string", format: "quantity", default: "50Gi", description: "Largest sum of all claims of the deployment" },
  },
  *check(view, { maxClaim }) {
    for (const { size, name } of requests(view)) {
      if (!size.exists) {
        if (!view.patch) yield finding(size, `asks for no size${name}`, "set resources.requests.storage");
        continue;
      }
      const bytes = quantity(size.value);
      if (bytes === undefined || bytes <= 0)
        yield finding(size, `asks for a size that is none${name}`, "write a quantity, as 10Gi");
      else if (bytes > quantity(maxClaim)!)
        yield finding(
          size,
          `asks for more than ${maxClaim}${name}`,
          `ask for ${maxClaim} or less, or raise the parameter maxClaim`,
        );
    }
  },
  crossCheck: sum,
  admission: {
    beyond: "the sum over all claims, which a ResourceQuota holds",
    variables: () => [
      {
        name: "sizes",
        expression:
          "object.kind == 'PersistentVolumeClaim' ? [object.?spec.?resources.?requests.?storage.orValue('')] : " +
          "object.?spec.?volumeClaimTemplates.orValue([]).map(t, t.?spec.?resources.?requests.?storage.orValue(''))",
      },
    ],
    validations: ({ maxClaim }) => [
      {
        expression: "variables.sizes.all(s, isQuantity(string(s)) && quantity(string(s)).isGreaterThan(quantity('0')))",
        message: "a claim asks for no size. Fix: set resources.requests.storage, as 10Gi",
      },
      {
        expression: `variables.sizes.all(s, !isQuantity(string(s)) || !quantity(string(s)).isGreaterThan(quantity(${literal(maxClaim)})))`,
        message: `a claim asks for more than ${maxClaim}. Fix: ask for less, or raise the parameter maxClaim`,
      },
    ],
  },
  good: [
    { title: "claims that fit together", yaml: both(claim("30Gi"), claim("20Gi", "d")) },
    { title: "a larger disk", yaml: both(claim("80Gi")), params: { maxClaim: "100Gi", maxTotal: "100Gi" } },
    { title: "templates, once for each replica", yaml: set("10Gi", 5) },
  ],
  bad: [
    { title: "a claim that is too large", yaml: claim("60Gi"), finds: ["asks for more than 50Gi", "60Gi in all"] },
    { title: "claims that do not fit together", yaml: both(claim("30Gi"), claim("20.5Gi", "d")), finds: ["50.5Gi in all"] },
    { title: "templates that do not fit with their replicas", yaml: set("20Gi", 3), finds: ["60Gi in all"] },
    {
      title: "no size, and none that can be read",
      yaml: both(claim("null"), claim("much", "d")),
      finds: ["asks for no size", "a size that is none"],
    },
  ],
});

function requests(view: ObjectView): { size: Field; name: string }[] {
  if (view.kind === "PersistentVolumeClaim") return [{ size: view.spec.at("resources", "requests", "storage"), name: "" }];
  return view.spec
    .at("volumeClaimTemplates")
    .items()
    .map((template) => ({
      size: template.at("spec", "resources", "requests", "storage"),
      name: ` (claim template ${show(template.at("metadata", "name").text())})`,
    }));
}

/** Said at the last claim, the one that no longer fits. */
function* sum(inventory: Inventory, { maxTotal }: StorageParams): Iterable<CrossFinding> {
  let total = 0;
  let last: ObjectView | undefined;
  for (const view of ["/PersistentVolumeClaim", "apps/StatefulSet"].flatMap((type) => inventory.all(type))) {
    const bytes = view.patch ? 0 : bytesOf(view);
    if (bytes > 0) last = view;
    total += bytes;
  }
  if (!last || total <= quantity(maxTotal)!) return;
  const found: Finding = finding(
    "spec",
    `brings the claims to ${gibibytes(total)} in all, more than ${maxTotal}`,
    "ask for less, or raise the parameter maxTotal to what the disk has",
  );
  yield { ...found, object: last };
}

/** What is not known or no quantity counts nothing here: the check of the object itself speaks of it. */
function bytesOf(view: ObjectView): number {
  try {
    const replicas = view.kind === "StatefulSet" ? (view.spec.at("replicas").number() ?? 1) : 1;
    return requests(view).reduce((sum, { size }) => sum + Math.max(0, quantity(size.value) ?? 0) * replicas, 0);
  } catch (error) {
    if (unknownPath(error) === undefined) throw error;
    return 0;
  }
}

function gibibytes(bytes: number): string {
  return `${Number((bytes / 2 ** 30).toFixed(1))}Gi`;
}
