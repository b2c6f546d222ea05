import { clusterResourceNamespace } from "./blocks/certificates/objects";
import type { AcmeSolver, AppConfig, IssuerReference, PlatformConfig } from "./services/types";

/* What a stack refers to and does not make. Pure. */

export interface Reference {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  /** The key of the configuration that refers to it. */
  key: string;
  /** What makes it, as a command where there is one. */
  remedy: string;
  /** Keys that a Secret has to hold. */
  holds?: string[];
  /** Whether it has to have the condition Ready. */
  ready?: true;
  /** What comes of a deployment without it, where one goes through; else none can. */
  otherwise?: string;
}

/** Namespaces that hold a route, each with the certificate beside it. */
export function routedNamespaces({ registry, localstack, apps }: PlatformConfig): string[] {
  return unique([
    ...(registry.enabled ? [registry.namespace] : []),
    ...(localstack.enabled ? [localstack.namespace] : []),
    ...apps.filter(({ route }) => route !== undefined).map(({ namespace }) => namespace),
  ]);
}

/** Whether any route lets in only some addresses, so that Traefik has to see who asks. */
export function asksForAddresses({ routing, localstack, apps }: PlatformConfig): boolean {
  const own = apps.some(({ route }) => route?.middlewares.some(({ ipAllowList }) => ipAllowList !== undefined));
  return routing.allowedRanges.length > 0 || (localstack.enabled && localstack.allowedRanges.length > 0) || own;
}

/** Namespaces that the stack makes. */
export function ownNamespaces({ namespaces, registry, localstack, apps }: PlatformConfig): string[] {
  return unique([
    ...namespaces.map(({ name }) => name),
    ...apps.map(({ namespace }) => namespace),
    ...(registry.enabled ? [registry.namespace] : []),
    ...(localstack.enabled ? [localstack.namespace] : []),
  ]);
}

/**
 * Takes a Secret along into another namespace, also again when it has changed.
 * @param from the namespace that has it
 * @param kubectl kubectl with what it needs to reach the cluster
 */
export function copySecret(name: string, from: string, to: string, kubectl: string): string {
  const own = "/^  (namespace|uid|resourceVersion|creationTimestamp):/d";
  return `${kubectl} get secret ${name} -n ${from} -o yaml | sed -E '${own}' | ${kubectl} apply -n ${to} -f -`;
}

/** @param kubectl kubectl with what it needs to reach the cluster, for remedies */
export function referencesOf(config: PlatformConfig, kubectl: string): Reference[] {
  const routed = routedNamespaces(config);
  return [
    ...(routed.length > 0 ? traefikReferences(config) : []),
    ...certificateReferences(config, routed, kubectl),
    ...storageReferences(config, kubectl),
    ...config.apps.flatMap((app, i) => appReferences(app, `homelab:apps[${i}]`, kubectl)),
  ];
}

function definition(name: string, key: string, remedy: string): Reference {
  return { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name, key, remedy };
}

function traefikReferences({ routing, localstack }: PlatformConfig): Reference[] {
  const kinds = ["ingressroutes", "middlewares", ...(localstack.enabled ? ["ingressroutetcps", "tlsoptions"] : [])];
  const brought =
    "Traefik 3 brings it: on K3s, take `disable: traefik` out of /etc/rancher/k3s/config.yaml; elsewhere, " +
    "helm install traefik traefik --repo https://traefik.github.io/charts -n traefik --create-namespace";
  return [
    ...kinds.map((kind) => definition(`${kind}.traefik.io`, "homelab:routing", brought)),
    {
      apiVersion: "v1",
      kind: "Namespace",
      name: routing.traefikNamespace,
      key: "homelab:routing.traefikNamespace",
      remedy: "set it to the namespace in which Traefik's pods run: kubectl get pods -A -l app.kubernetes.io/name=traefik",
      // With a port of its own a Service goes there.
      ...(routing.nodePort === undefined && { otherwise: "Traefik is let in from nowhere, and every request ends with 504" }),
    },
    ...(routing.tuneTraefik
      ? [
          definition(
            "helmchartconfigs.helm.cattle.io",
            "homelab:routing.tuneTraefik",
            "switch tuneTraefik off: it writes for the Traefik that K3s brings, and this cluster is not K3s. " +
              "With a Traefik of yours, set ports.websecure.transport.respondingTimeouts.readTimeout: 600s in its chart's values",
          ),
        ]
      : []),
  ];
}

function certificateReferences(config: PlatformConfig, routed: string[], kubectl: string): Reference[] {
  const { certificates } = config;
  if (certificates.mode === "secret") {
    const { name } = certificates.secret;
    return routed.map((namespace) => ({
      apiVersion: "v1",
      kind: "Secret",
      namespace,
      name,
      key: "homelab:certificates.secret.name",
      holds: ["tls.crt", "tls.key"],
      otherwise: "until it is there, Traefik answers with a certificate of its own, which nobody trusts",
      remedy: copySecret(name, "NAMESPACE", namespace, kubectl),
    }));
  }
  const brought =
    "cert-manager brings it: helm install cert-manager cert-manager --repo https://charts.jetstack.io -n cert-manager " +
    "--create-namespace --set crds.enabled=true";
  const issuer = certificates.mode === "issuer" ? certificates.issuer : undefined;
  const kinds = ["certificates", ...(issuer === undefined ? ["clusterissuers"] : [])];
  return [
    ...kinds.map((kind) => definition(`${kind}.cert-manager.io`, "homelab:certificates.mode", brought)),
    ...(issuer === undefined ? [] : issuerReferences(issuer, routed, kubectl)),
    ...(certificates.mode === "ownCa" || certificates.mode === "acme" ? [resourceNamespace(brought)] : []),
    ...(certificates.mode === "acme" ? solverReferences(certificates.acme.solver, kubectl) : []),
  ];
}

function resourceNamespace(remedy: string): Reference {
  const key = "homelab:certificates.mode";
  return { apiVersion: "v1", kind: "Namespace", name: clusterResourceNamespace, key, remedy };
}

function issuerReferences({ name, kind, group }: IssuerReference, routed: string[], kubectl: string): Reference[] {
  const places = kind === "Issuer" ? routed : [undefined];
  return places.map((namespace) => ({
    apiVersion: `${group}/${group === "cert-manager.io" ? "v1" : ""}`,
    kind,
    ...(namespace !== undefined && { namespace }),
    name,
    key: "homelab:certificates.issuer.name",
    ready: true,
    remedy:
      `no certificate is issued without it: ${kubectl} get ${kind.toLowerCase()}s.${group}${namespace === undefined ? "" : ` -n ${namespace}`} ` +
      "lists those that there are; make it, or set homelab:certificates.issuer to one of them",
  }));
}

/** The Secrets that a solver names, whichever provider it is for: their fields end alike in all of them. */
function solverReferences({ dns01 }: AcmeSolver, kubectl: string): Reference[] {
  return secretRefs(dns01).map(({ name, key }) => ({
    apiVersion: "v1",
    kind: "Secret",
    namespace: clusterResourceNamespace,
    name,
    key: "homelab:certificates.acme.solver",
    ...(key !== undefined && { holds: [key] }),
    remedy: `${kubectl} create secret generic ${name} -n ${clusterResourceNamespace} --from-file=${key ?? "KEY"}=FILE-WITH-THE-VALUE`,
  }));
}

function secretRefs(value: unknown): { name: string; key?: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => {
    const { name, key } = (inner ?? {}) as { name?: unknown; key?: unknown };
    if (!/SecretRef$/.test(field) || typeof name !== "string") return secretRefs(inner);
    return [{ name, ...(typeof key === "string" && { key }) }];
  });
}

function storageReferences({ registry, localstack, apps }: PlatformConfig, kubectl: string): Reference[] {
  const volumes: [string, string][] = [
    ...(registry.enabled ? [["homelab:registry.storage.class", registry.storage.class] as [string, string]] : []),
    ...(localstack.enabled ? [["homelab:localstack.storage.class", localstack.storage.class] as [string, string]] : []),
    ...apps.flatMap(({ database }, i): [string, string][] => {
      const own = `homelab:apps[${i}].database`;
      if (database === undefined) return [];
      const { storage, backup } = database;
      return [
        [`${own}.storage.class`, storage.class],
        ...(backup ? ([[`${own}.backup.storage.class`, backup.storage.class]] as [string, string][]) : []),
      ];
    }),
  ];
  return unique(volumes.map(([, name]) => name)).map((name) => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    name,
    key: unique(volumes.filter(([, one]) => one === name).map(([key]) => key)).join(", "),
    remedy: `no volume is made without it: ${kubectl} get storageclasses lists those that there are; set homelab:storage.class to one of them`,
  }));
}

function appReferences(app: AppConfig, key: string, kubectl: string): Reference[] {
  return [...madeElsewhere(app, key, kubectl), ...askedFirst(app, key, kubectl)];
}

/** Secrets that the app's block says somebody else makes. */
function madeElsewhere({ namespace, secrets, readyWithin }: AppConfig, key: string, kubectl: string): Reference[] {
  return secrets.flatMap(({ name, madeBy, keys }, i): Reference[] => {
    if (madeBy === undefined) return [];
    return [
      {
        apiVersion: "v1",
        kind: "Secret",
        namespace,
        name,
        key: `${key}.secrets[${i}]`,
        holds: keys.map((one) => one.key),
        otherwise: `${madeBy} makes it, and a deployment waits ${readyWithin} s for the pods that read it`,
        remedy: `${kubectl} get secret ${name} -n ${namespace}`,
      },
    ];
  });
}

function askedFirst({ route }: AppConfig, key: string, kubectl: string): Reference[] {
  return (route?.middlewares ?? []).flatMap(({ forwardAuth }, i): Reference[] => {
    const [, name, namespace] = /^https?:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:[.:/]|$)/.exec(forwardAuth?.address ?? "") ?? [];
    if (name === undefined || namespace === undefined) return [];
    return [
      {
        apiVersion: "v1",
        kind: "Service",
        namespace,
        name,
        key: `${key}.route.middlewares[${i}].forwardAuth.address`,
        otherwise: "Traefik asks it before every request of the route, and answers 500 where it is not there",
        remedy: `${kubectl} get services -n ${namespace}`,
      },
    ];
  });
}

function unique<T>(list: readonly T[]): T[] {
  return [...new Set(list)];
}
