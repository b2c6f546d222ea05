import { Field } from "../../../kubernetes/objects/field";
import { Finding, each, finding, unverifiable } from "../../../kubernetes/objects/finding";
import { ObjectView } from "../../core/object";
import { definePolicy } from "../../core/policy";
import { ContainerView, POD_CARRIERS } from "../../../kubernetes/objects/workload";

function pod(container: string, kind = "Pod"): string {
  const spec = `{containers: [{name: gc, image: "registry:3.1.1", ${container}}]}`;
  return kind === "Pod"
    ? `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: ${spec}}`
    : `{apiVersion: batch/v1, kind: CronJob, metadata: {name: j}, spec: {jobTemplate: {spec: {template: {spec: ${spec}}}}}}`;
}

export const garbageCollection = definePolicy<object>({
  id: "registry-garbage-collection",
  title: "A registry's garbage is collected while nobody writes",
  rationale:
    "The collector marks what manifests use and removes the rest. Layers of a push that arrives between the two are " +
    "removed with it, and the image is broken without a word (distribution, docs: garbage-collection).",
  severity: "high",
  level: "mandatory",
  remediation:
    "Run it after the registry is stopped or read-only: in a script that sees to that, or in an init container of the registry itself.",
  tags: ["registry", "storage"],
  match: POD_CARRIERS,
  params: {},
  *check(view) {
    if (!view.pod) return;
    yield* each(view.pod.containers, (container) => judge(view, container));
  },
  admission: { notExpressible: "what a script does before the collector cannot be judged by an expression" },
  good: [
    {
      title: "a rehearsal, which removes nothing",
      yaml: pod("args: [garbage-collect, --dry-run, /etc/registry/config.yml]", "CronJob"),
    },
    {
      title: "a script that stops the registry first",
      yaml: pod(
        "command: [sh, -c, 'kubectl scale deployment/registry --replicas=0 && registry garbage-collect /c.yml; kubectl scale deployment/registry --replicas=1']",
        "CronJob",
      ),
    },
    {
      title: "an init container of the registry, before it listens",
      yaml: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: r}, spec: {strategy: {type: Recreate}, template: {spec: {initContainers: [{name: gc, image: 'registry:3', args: [garbage-collect, /c.yml]}], containers: [{name: r, args: [serve, /c.yml]}]}}}}",
    },
    { title: "a registry that serves", yaml: pod("args: [serve, /etc/registry/config.yml]") },
    {
      title: "a read-only registry, by its environment",
      yaml: pod(
        "args: [garbage-collect, /c.yml], env: [{name: REGISTRY_STORAGE_MAINTENANCE_READONLY, value: '{\"enabled\": true}'}]",
        "CronJob",
      ),
    },
  ],
  bad: [
    {
      title: "a collector on a timer, beside the registry",
      yaml: pod("command: [registry, garbage-collect, --delete-untagged, /etc/registry/config.yml]", "CronJob"),
      finds: ["while the registry may be written to"],
    },
    {
      title: "one in a shell, without stopping anything",
      yaml: pod("command: [sh, -c, 'bin/registry garbage-collect /c.yml']"),
      finds: ["while the registry may be written to"],
    },
    {
      title: "a sidecar",
      yaml: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: r}, spec: {template: {spec: {containers: [{name: gc, image: 'registry:3', args: [garbage-collect, /c.yml]}]}}}}",
      finds: ["while the registry may be written to"],
    },
    {
      title: "an init container under a rolling update, where the old pod still serves",
      yaml: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: r}, spec: {template: {spec: {initContainers: [{name: gc, image: 'registry:3', args: [garbage-collect, /c.yml]}]}}}}",
      finds: ["while the registry may be written to"],
    },
  ],
});

function* judge(view: ObjectView, { role, label, field }: ContainerView): Iterable<Finding> {
  const words = ["command", "args"].flatMap((key) =>
    field
      .at(key)
      .items()
      .map((item) => (item.unknown ? undefined : (item.scalar() ?? ""))),
  );
  const line = words.join(" ").slice(0, 20_000);
  if (words.includes(undefined) && isRegistry(field) && !SERVES.test(line)) {
    const message = `cannot be verified: what ${label} does to a registry is not known before the deployment`;
    yield unverifiable(field, message, "make its command known at preview");
    return;
  }
  if (!/(?:^|\s)garbage-collect(?:\s|$)/.test(line) || /\s(?:--dry-run|-d)(?:\s|=true|$)/.test(line)) return;
  // Whoever stops or locks the registry in the same script has thought of it.
  if (/\bscale\b[^;&|]*--replicas[= ]0\b|READONLY|readonly/.test(line)) return;
  if (
    field
      .at("env")
      .items()
      .some((variable) => /^REGISTRY_STORAGE_MAINTENANCE/.test(variable.at("name").text() ?? ""))
  ) {
    return;
  }
  if (role === "init container" && stopsBeforeStarting(view)) return;
  yield finding(
    field,
    `${label} collects a registry's garbage while the registry may be written to`,
    "stop the registry first, or make it read-only and restart it",
  );
}

const SERVES = /(?:^|\s)serve(?:\s|$)/;

/** Whether an image is a registry's, or not known. */
function isRegistry(container: Field): boolean {
  const image = container.at("image");
  return image.unknown || /(?:^|[/-])(?:registry|distribution)(?:[:@]|$)/.test(image.text() ?? "");
}

/** Whether the old pod is gone when an init container of the new one runs. */
function stopsBeforeStarting(view: ObjectView): boolean {
  return view.kind === "StatefulSet" || (view.kind === "Deployment" && view.spec.at("strategy", "type").text() === "Recreate");
}
