import { HUB, splitImage } from "../../../../kubernetes/image";
import { appLabel } from "../../../builders/labels";
import { completeResources, USUAL_RESOURCES } from "../../../../kubernetes/resources";
import { claimTemplatesOf } from "./claimTemplates";
import { containersOf, nameOf, podTemplateOf, type Container, type KubeObject, type PodTemplate } from "./objects";
import { revisions } from "./references";
import type { AdaptSettings } from "./settings";
import { mayNeedToken } from "./tokens";

type Resources = NonNullable<Container["resources"]>;

/** For volumes of pods that name no user. */
const defaultGroup = 1000;

/** Adds to a pod what its chart leaves out. What the chart says stands: what must not stand is refused. */
export function adaptPod(object: KubeObject, template: PodTemplate, objects: KubeObject[], settings: AdaptSettings): void {
  const { spec } = template;
  spec.enableServiceLinks ??= false;
  if (!mayNeedToken(spec, objects, settings.namespace)) spec.automountServiceAccountToken ??= false;
  if (settings.pullSecret !== undefined && !spec.imagePullSecrets?.some(({ name }) => name === settings.pullSecret)) {
    spec.imagePullSecrets = [...(spec.imagePullSecrets ?? []), { name: settings.pullSecret }];
  }
  secure(object, template, settings);
  for (const container of containersOf(template)) {
    container.resources = {
      ...container.resources,
      ...(completeResources(container.resources ?? {}, USUAL_RESOURCES) as Resources),
    };
    if (settings.imagesFrom !== undefined && container.image !== undefined) {
      container.image = imageFrom(settings.imagesFrom, container.image);
    }
  }
  addEnvironment(object, spec.containers, settings);
  if (settings.shared) {
    template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [appLabel]: settings.app } };
  }
  const annotations = revisions(template, objects, settings);
  if (Object.keys(annotations).length > 0) {
    template.metadata = { ...template.metadata, annotations: { ...template.metadata?.annotations, ...annotations } };
  }
}

function secure(object: KubeObject, { spec }: PodTemplate, { podSecurity }: AdaptSettings): void {
  const pod = (spec.securityContext ??= {});
  pod.seccompProfile ??= { type: "RuntimeDefault" };
  const claims = (spec.volumes ?? []).some((volume) => volume.persistentVolumeClaim !== undefined);
  if (claims || claimTemplatesOf(object).length > 0) {
    // Without it a volume belongs to root, and SQLite says only "unable to open database file".
    pod.fsGroup ??= pod.runAsGroup ?? pod.runAsUser ?? defaultGroup;
    pod.fsGroupChangePolicy ??= "OnRootMismatch";
  }
  if (podSecurity !== "restricted") return;
  pod.runAsNonRoot ??= true;
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    const context = (container.securityContext ??= {});
    context.allowPrivilegeEscalation ??= false;
    context.capabilities = { ...context.capabilities, drop: context.capabilities?.drop ?? ["ALL"] };
  }
}

/** The same image in another registry: `docker.io/library/redis:8` becomes `registry.example/library/redis:8`. */
export function imageFrom(server: string, image: string): string {
  const parsed = splitImage(image);
  if (parsed === undefined || parsed.registry === server) return image;
  const library = parsed.registry === undefined || parsed.registry === HUB;
  const repository = library ? parsed.repository.replace(/^library\//, "") : parsed.repository;
  return `${server}/${repository}${parsed.tag === undefined ? "" : `:${parsed.tag}`}${parsed.digest === undefined ? "" : `@${parsed.digest}`}`;
}

function addEnvironment(object: KubeObject, containers: Container[], { secrets }: AdaptSettings): void {
  for (const { name } of secrets.filter(({ environmentOf }) => environmentOf.includes(object.metadata.name))) {
    for (const container of containers) {
      if (container.envFrom?.some(({ secretRef }) => secretRef?.name === name)) continue;
      container.envFrom = [...(container.envFrom ?? []), { secretRef: { name } }];
    }
  }
}

/** Containers that cannot run whatever the level of the namespace. */
export function imageProblems(object: KubeObject, template: PodTemplate): string[] {
  return containersOf(template).flatMap(({ name, image }) =>
    image ? [] : [`${nameOf(object)} has no image for its container ${name}: name one in the values`],
  );
}

/** Workloads that the configuration names and the chart does not have. */
export function workloadProblems(objects: KubeObject[], { secrets }: AdaptSettings): string[] {
  const workloads = objects.filter((object) => podTemplateOf(object) !== undefined).map(({ metadata }) => metadata.name);
  return secrets.flatMap(({ name, environmentOf }) =>
    environmentOf
      .filter((workload) => !workloads.includes(workload))
      .map(
        (workload) =>
          `the Secret ${name} goes to ${workload}, and the chart has the workloads ${workloads.join(", ") || "(none)"}`,
      ),
  );
}
