import { Field } from "../../../kubernetes/objects/field";
import { Finding, Found, attempt, each, finding } from "../../../kubernetes/objects/finding";
import { Inventory } from "../../core/inventory";
import { ObjectView, known, readText } from "../../core/object";
import { POD_VARIABLES, literal } from "../../core/cel";
import { CrossFinding, at, definePolicy } from "../../core/policy";
import { quantity } from "../../../kubernetes/quantity";
import { clean, listed, show } from "../../../kubernetes/objects/text";
import { POD_CARRIERS } from "../../../kubernetes/objects/workload";

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

/** A volume that is claimed for each pod and goes with it. */
function ephemeral(size: string, replicas: number): string {
  return `{apiVersion: apps/v1, kind: Deployment, metadata: {name: s, namespace: a}, spec: {replicas: ${replicas}, template: {spec: {containers: [], volumes: [{name: cache, ephemeral: {volumeClaimTemplate: {spec: {resources: {requests: {storage: ${size}}}}}}}]}}}}`;
}

const CLAIM = "/PersistentVolumeClaim";
const both = (...documents: string[]) => documents.join("\n---\n");

export const storageLimits = definePolicy<StorageParams>({
  id: "storage-limits",
  title: "Claims fit the disk they are cut from",
  rationale:
    "The storage of a home cluster is one disk, and local-path does not hold anybody to a claim's size: what is promised must fit.",
  severity: "medium",
  level: "mandatory",
  remediation: "Ask for less, or raise maxClaim and maxTotal to what the disk has, in the configuration of the policies.",
  tags: ["storage", "resources"],
  match: [{ group: "", versions: ["v1"], kinds: ["PersistentVolumeClaim"] }, ...POD_CARRIERS],
  params: {
    maxClaim: { type: "string", format: "quantity", default: "100Gi", description: "Largest size of one claim" },
    maxTotal: {
      type: "string",
      format: "quantity",
      default: "200Gi",
      description: "Largest sum of all claims of the deployment",
    },
  },
  check: (view, params) => eachClaim(view, (claim, name) => judge(view, claim, name, params)),
  crossCheck: sum,
  admission: {
    beyond: "the sum over all claims, which a ResourceQuota holds",
    variables: () => [
      ...POD_VARIABLES.filter(({ name }) => name === "pod"),
      {
        name: "sizes",
        expression:
          "object.kind == 'PersistentVolumeClaim' ? [object.?spec.?resources.?requests.?storage.orValue('')] : " +
          "(object.kind == 'StatefulSet' ? object.?spec.?volumeClaimTemplates.orValue([]) : [])" +
          ".map(t, t.?spec.?resources.?requests.?storage.orValue('')) + " +
          "variables.pod.?volumes.orValue([]).filter(v, v.?ephemeral.?volumeClaimTemplate.hasValue())" +
          ".map(v, v.ephemeral.volumeClaimTemplate.?spec.?resources.?requests.?storage.orValue(''))",
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
    { title: "claims that fit together", yaml: both(claim("100Gi"), claim("100Gi", "d")) },
    { title: "a larger disk", yaml: both(claim("800Gi")), params: { maxClaim: "1Ti", maxTotal: "1Ti" } },
    { title: "templates, once for each replica", yaml: set("40Gi", 5) },
    { title: "volumes of pods, once for each of them", yaml: ephemeral("40Gi", 5) },
    { title: "templates of no replica", yaml: both(set("90Gi", 0), claim("100Gi"), claim("100Gi", "d")) },
  ],
  bad: [
    {
      title: "a claim that is too large",
      yaml: claim("300Gi"),
      finds: ["asks for more than 100Gi", "300Gi in all, more than 200Gi: a/c 300Gi"],
    },
    {
      title: "claims that do not fit together",
      yaml: both(claim("100Gi"), claim("0.5Gi", "e"), claim("100Gi", "d")),
      finds: ["200.5Gi in all, more than 200Gi: a/c 100Gi, a/d 100Gi and a/e 0.5Gi"],
    },
    {
      title: "templates that do not fit with their replicas",
      yaml: both(claim("20Gi"), set("70Gi", 3)),
      finds: ["230Gi in all, more than 200Gi: StatefulSet a/s 3 times 70Gi and a/c 20Gi"],
    },
    {
      title: "volumes of pods that do not fit, by themselves and together",
      yaml: both(ephemeral("101Gi", 1), ephemeral("50Gi", 3)),
      finds: ['asks for more than 100Gi (volume "cache")', "251Gi in all"],
    },
    {
      title: "no size, and none that can be read",
      yaml: both(claim("null"), claim("much", "d")),
      finds: ["asks for no size", "a size that is none"],
    },
  ],
});

/** The claims that an object makes: itself, by its templates, or for each of its pods. */
function eachClaim(view: ObjectView, part: (claim: Field, name: string) => Found): readonly Finding[] {
  if (view.kind === "PersistentVolumeClaim") return attempt(() => part(view.root, ""));
  const templates =
    view.kind === "StatefulSet"
      ? attempt(() =>
          each(view.spec.at("volumeClaimTemplates").items(), (template) => {
            const name = readText(known(template, "metadata"), "name");
            return part(template, ` (claim template ${show(name)})`);
          }),
        )
      : [];
  const ofPods = attempt(() =>
    each(view.pod?.volumes ?? [], (volume) => {
      const template = volume.at("ephemeral", "volumeClaimTemplate");
      return template.exists ? part(template, ` (volume ${show(readText(volume, "name"))})`) : undefined;
    }),
  );
  return [...templates, ...ofPods];
}

function sizeOf(claim: Field): Field {
  return claim.at("spec", "resources", "requests", "storage");
}

function judge(view: ObjectView, claim: Field, name: string, { maxClaim }: StorageParams): Finding | undefined {
  const size = sizeOf(claim);
  if (!size.exists) return view.patch ? undefined : finding(size, `asks for no size${name}`, "set resources.requests.storage");
  const bytes = quantity(size.value);
  if (bytes === undefined || bytes <= 0) return finding(size, `asks for a size that is none${name}`, "write a quantity, as 10Gi");
  if (bytes <= quantity(maxClaim)!) return undefined;
  const fix = `ask for ${maxClaim} or less, or raise the parameter maxClaim`;
  return finding(size, `asks for more than ${maxClaim}${name}`, fix);
}

/** Said once, of the deployment as a whole: none of the claims is the one that is too many. */
function* sum(inventory: Inventory, { maxTotal }: StorageParams): Iterable<CrossFinding> {
  const parts: Part[] = [];
  for (const view of inventory.objects) {
    if (view.patch || (view.type !== CLAIM && !view.pod)) continue;
    const bytes = bytesOf(view);
    if (bytes === 0) continue;
    const part = { view, bytes, pods: 1 };
    parts.push(part);
    yield* at(view, () => {
      part.pods = podsOf(view);
      return [];
    });
  }
  const total = parts.reduce((bytes, part) => bytes + part.bytes * part.pods, 0);
  if (total <= quantity(maxTotal)!) return;
  const largestFirst = parts.filter(({ pods }) => pods > 0).sort((a, b) => b.bytes * b.pods - a.bytes * a.pods);
  yield {
    ...finding(
      "spec",
      `its claims ask for ${gibibytes(total)} in all, more than ${maxTotal}: ${listedParts(largestFirst)}`,
      `ask for less, or raise the parameter maxTotal of storage-limits ${place(inventory)} to what the disk has`,
    ),
    object: largestFirst[0]!.view,
    whole: true,
  };
}

/** What one object adds to the sum. */
interface Part {
  view: ObjectView;
  bytes: number;
  pods: number;
}

/** So that a message stays readable, whatever the names are. */
const LISTED = 8;
const LONGEST_NAME = 30;

function listedParts(parts: Part[]): string {
  const rest = parts.slice(LISTED);
  const words = parts.slice(0, LISTED).map(({ view, bytes, pods }) => {
    const kind = view.type === CLAIM ? "" : `${view.kind} `;
    return `${kind}${clean(view.namespace || "default", LONGEST_NAME)}/${clean(view.name, LONGEST_NAME)} ${pods === 1 ? "" : `${pods} times `}${gibibytes(bytes)}`;
  });
  const others = gibibytes(rest.reduce((bytes, part) => bytes + part.bytes * part.pods, 0));
  return listed([...words, ...(rest.length > 0 ? [`${rest.length} more with ${others}`] : [])]);
}

function place({ parameters }: Inventory): string {
  return parameters === undefined ? "in the policies' configuration" : `in ${parameters}`;
}

/** What one pod claims. What is not known or no quantity counts nothing here: the check of the object itself speaks of it. */
function bytesOf(view: ObjectView): number {
  let bytes = 0;
  eachClaim(view, (claim) => {
    bytes += Math.max(0, quantity(sizeOf(claim).value) ?? 0);
    return undefined;
  });
  return bytes;
}

/** How many pods there are of it; one for what says no number, as a Job or the DaemonSet of a single node. */
function podsOf(view: ObjectView): number {
  return Math.max(0, view.spec.at("replicas").number() ?? 1);
}

function gibibytes(bytes: number): string {
  const inGibibytes = Number((bytes / 2 ** 30).toFixed(1));
  return inGibibytes === 0 ? `${Number((bytes / 2 ** 20).toFixed(1))}Mi` : `${inGibibytes}Gi`;
}
