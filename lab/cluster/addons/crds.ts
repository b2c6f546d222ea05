/**
 * The kinds that the add-ons add to the cluster. The Go modules that Traefik and cert-manager are built from carry the
 * definitions of exactly that version; they are taken from there, so the lab's API server checks fields as one at home does.
 * Where the modules are gone from this machine, definitions made here stand in, which know the kinds but accept any fields.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { run } from "../../../shared/process";
import { imageNames } from "../../images/catalogue";
import { clusterMetadata, type Addon, type KubernetesObject } from "./objects";

/** Folders or files with the definitions; undefined where there are none. */
export interface DefinitionSources {
  traefik?: string;
  certManager?: string;
}

interface Kind {
  group: string;
  kind: string;
  version: string;
  scope?: "Cluster";
  shortNames?: string[];
  status?: boolean;
  /** Column title -> where its value is. */
  columns?: Record<string, string>;
  /** Schema of `spec`; anything goes without. */
  spec?: object;
}

const traefikAddon: Addon = { name: "traefik", namespace: "" };
const certManagerAddon: Addon = { name: "cert-manager", namespace: "" };
/** Says on each definition where its schema is from. */
const schemaAnnotation = "homelab.lab/schema";

const tagOf = (image: string) => image.slice(image.lastIndexOf(":") + 1);
const traefikVersion = tagOf(imageNames.traefik);
const certManagerVersion = tagOf(imageNames.certManagerController);

export function customResourceDefinitions(sources: DefinitionSources = moduleSources()): KubernetesObject[] {
  return [
    ...definitions(traefikAddon, traefikKinds, sources.traefik, `Traefik ${traefikVersion}`),
    ...definitions(certManagerAddon, certManagerKinds, sources.certManager, `cert-manager ${certManagerVersion}`),
    definition(traefikAddon, helmChartConfig),
  ];
}

/** Where the Go module cache of this machine has the definitions of the versions in use. */
function moduleSources(): DefinitionSources {
  const answer = run("go", ["env", "GOMODCACHE"], { allowFailure: true });
  if (answer.status !== 0) return {};
  const inCache = (path: string) => {
    const full = join(answer.stdout.trim(), "github.com", path);
    return existsSync(full) ? full : undefined;
  };
  return {
    traefik: inCache(
      `traefik/traefik/v3@${traefikVersion}/docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml`,
    ),
    certManager: inCache(`cert-manager/cert-manager@${certManagerVersion}/deploy/crds`),
  };
}

/** The definitions of the kinds: from the source if it has every one of them, else made here. */
function definitions(addon: Addon, kinds: readonly Kind[], source: string | undefined, version: string): KubernetesObject[] {
  const found = new Map((source ? readDefinitions(source) : []).map((object) => [object.metadata.name, object]));
  if (!kinds.every((kind) => found.has(nameOf(kind)))) return kinds.map((kind) => definition(addon, kind));
  return kinds.map((kind) => ({
    ...found.get(nameOf(kind))!,
    // The module's own labels are placeholders of a chart.
    metadata: clusterMetadata(addon, nameOf(kind), { [schemaAnnotation]: version }),
  }));
}

function readDefinitions(source: string): KubernetesObject[] {
  const files = source.endsWith(".yml")
    ? [source]
    : readdirSync(source)
        .filter((file) => file.endsWith(".yaml"))
        .map((file) => join(source, file));
  return files
    .flatMap((file) =>
      parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS() as KubernetesObject | null),
    )
    .filter((object) => object !== null && object.kind === "CustomResourceDefinition") as KubernetesObject[];
}

function definition(addon: Addon, kind: Kind): KubernetesObject {
  const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const columns = { ...kind.columns, Age: ".metadata.creationTimestamp" };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: clusterMetadata(addon, nameOf(kind), { [schemaAnnotation]: kind.spec ? "made by the lab" : "any fields" }),
    spec: {
      group: kind.group,
      scope: kind.scope ?? "Namespaced",
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: pluralOf(kind),
        singular: kind.kind.toLowerCase(),
        ...(kind.shortNames && { shortNames: kind.shortNames }),
      },
      versions: [
        {
          name: kind.version,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              required: ["spec"],
              properties: { spec: kind.spec ?? open, ...(kind.status && { status: open }) },
            },
          },
          ...(kind.status && { subresources: { status: {} } }),
          additionalPrinterColumns: Object.entries(columns).map(([name, jsonPath]) => ({
            name,
            jsonPath,
            type: name === "Age" ? "date" : "string",
          })),
        },
      ],
    },
  };
}

function pluralOf(kind: Kind): string {
  return `${kind.kind.toLowerCase()}s`;
}

function nameOf(kind: Kind): string {
  return `${pluralOf(kind)}.${kind.group}`;
}

const traefikKinds: Kind[] = [
  "IngressRoute",
  "IngressRouteTCP",
  "IngressRouteUDP",
  "Middleware",
  "MiddlewareTCP",
  "ServersTransport",
  "ServersTransportTCP",
  "TLSOption",
  "TLSStore",
  "TraefikService",
].map((kind) => ({ group: "traefik.io", version: "v1alpha1", kind }));

const condition = (type: string, field: string) => `.status.conditions[?(@.type=="${type}")].${field}`;
const readiness = { Ready: condition("Ready", "status"), Status: condition("Ready", "message") };

const certManagerKind = (kind: string, columns: Record<string, string>, more: Partial<Kind> = {}): Kind => ({
  group: "cert-manager.io",
  version: "v1",
  kind,
  status: true,
  columns,
  ...more,
});
const acme = { group: "acme.cert-manager.io" };

const certManagerKinds: Kind[] = [
  certManagerKind("Issuer", readiness),
  certManagerKind("ClusterIssuer", readiness, { scope: "Cluster" }),
  certManagerKind(
    "Certificate",
    { Ready: readiness.Ready, Secret: ".spec.secretName", Issuer: ".spec.issuerRef.name", Status: readiness.Status },
    { shortNames: ["cert", "certs"] },
  ),
  certManagerKind(
    "CertificateRequest",
    {
      Approved: condition("Approved", "status"),
      Denied: condition("Denied", "status"),
      ...readiness,
      Issuer: ".spec.issuerRef.name",
    },
    { shortNames: ["cr", "crs"] },
  ),
  certManagerKind("Order", { State: ".status.state", Issuer: ".spec.issuerRef.name", Reason: ".status.reason" }, acme),
  certManagerKind("Challenge", { State: ".status.state", Domain: ".spec.dnsName", Reason: ".status.reason" }, acme),
];

/** K3s' way to tune what it brings. No Helm controller runs here: what the lab does with such an object says helmChartConfig.ts. */
const helmChartConfig: Kind = {
  group: "helm.cattle.io",
  version: "v1",
  kind: "HelmChartConfig",
  spec: {
    type: "object",
    properties: { valuesContent: { type: "string" }, failurePolicy: { type: "string", enum: ["abort", "reinstall"] } },
  },
};
