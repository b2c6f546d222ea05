import { createHash } from "node:crypto";
import { madeSecrets, namedBy } from "./makers";
import { containersOf, nameOf, podTemplateOf, type KubeObject, type PodTemplate, type Reference } from "./objects";
import type { AdaptSettings } from "./settings";

/* What pods refer to: Secrets have to exist, and a change of what a program reads at its start has to restart it. */

interface Use extends Reference {
  kind: "Secret" | "ConfigMap";
}

/** Every Secret and ConfigMap that a pod names, with the key where it names one. */
export function usesOf(template: PodTemplate): Use[] {
  const secret = (reference?: Reference): Use[] => (reference?.name ? [{ kind: "Secret", ...reference }] : []);
  const configMap = (reference?: Reference): Use[] => (reference?.name ? [{ kind: "ConfigMap", ...reference }] : []);
  return [
    ...containersOf(template).flatMap(({ env = [], envFrom = [] }) => [
      ...env.flatMap(({ valueFrom }) => [...secret(valueFrom?.secretKeyRef), ...configMap(valueFrom?.configMapKeyRef)]),
      ...envFrom.flatMap(({ secretRef, configMapRef }) => [...secret(secretRef), ...configMap(configMapRef)]),
    ]),
    ...(template.spec.volumes ?? []).flatMap((volume) => [
      ...secret(volume.secret && { name: volume.secret.secretName, optional: volume.secret.optional }),
      ...configMap(volume.configMap),
      ...(volume.projected?.sources ?? []).flatMap((source) => [
        ...secret(source.secret && { name: source.secret.name, optional: source.secret.optional }),
        ...configMap(source.configMap && { name: source.configMap.name, optional: source.configMap.optional }),
      ]),
    ]),
  ];
}

/** Secrets that pods need and nobody makes: the pods would wait for them for ever. */
export function secretProblems(objects: KubeObject[], settings: AdaptSettings): string[] {
  const known = new Map<string, string[] | undefined>([
    // Of one that somebody else makes, the block need not list the keys.
    ...settings.secrets.map(({ name, keys, madeBy }) => [name, madeBy && keys.length === 0 ? undefined : keys] as const),
    ...madeSecrets(objects, settings.namespace),
  ]);
  const problems = objects.flatMap((object) => {
    const template = podTemplateOf(object);
    return (template === undefined ? [] : usesOf(template)).flatMap(({ kind, name = "", key, optional }) => {
      if (kind !== "Secret" || optional === true) return [];
      if (!known.has(name)) return madeByHook(name, settings) ? [] : [nobodyMakes(nameOf(object), name, objects, settings)];
      const keys = known.get(name);
      if (key === undefined || keys === undefined || keys.includes(key)) return [];
      return [
        `${nameOf(object)} reads the key ${key} of the Secret ${name}, which has ${keys.join(", ") || "no keys"}: add it under secrets`,
      ];
    });
  });
  return [...new Set(problems)];
}

function madeByHook(name: string, { install, hookSecrets }: AdaptSettings): boolean {
  return install === "release" && hookSecrets.some(({ secret }) => secret === name);
}

function nobodyMakes(reader: string, name: string, objects: KubeObject[], { hookSecrets }: AdaptSettings): string {
  const hook = hookSecrets.find(({ secret }) => secret === name)?.hook;
  if (hook === undefined) {
    const maker = namedBy(name, objects);
    return (
      `${reader} reads the Secret ${name}, which nobody makes: add it under secrets; or, where ` +
      `${maker === undefined ? "something else" : `the controller of ${maker}`} makes it, say so there: { name: ${name}, madeBy: ${JSON.stringify(maker ?? "WHO")} }`
    );
  }
  return (
    `${reader} reads the Secret ${name}, which a hook of the chart makes, ${hook}, and hooks are not run here: switch off in the ` +
    `values what needs it, let helm install the chart (install: release), or, where its keys hold plain random text, make it under secrets`
  );
}

/** Annotations of a pod template that change with what the pod reads. */
export function revisions(template: PodTemplate, objects: KubeObject[], { secrets }: AdaptSettings): Record<string, string> {
  const uses = usesOf(template);
  const names = (kind: Use["kind"]) => new Set(uses.filter((use) => use.kind === kind).map(({ name }) => name));
  const [readSecrets, readConfigMaps] = [names("Secret"), names("ConfigMap")];
  const given = secrets.filter(({ name }) => readSecrets.has(name)).map(({ name, revision }) => `${name}-${revision}`);
  const configMaps = objects.filter(({ kind, metadata }) => kind === "ConfigMap" && readConfigMaps.has(metadata.name));
  const hash = createHash("sha256").update(
    JSON.stringify(configMaps.map(({ metadata, data, binaryData }) => [metadata.name, data, binaryData])),
  );
  return {
    ...(given.length === 0 ? {} : { "homelab/secrets": given.join(" ") }),
    ...(configMaps.length === 0 ? {} : { "homelab/configuration": hash.digest("hex").slice(0, 16) }),
  };
}
