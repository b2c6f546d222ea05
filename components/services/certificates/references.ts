import { clusterResourceNamespace } from "../../blocks/certificates/objects";
import type { AcmeSolver, IssuerReference } from "../../blocks/certificates";
import { copySecret, definitionReference, type Reference } from "../reference";
import type { PlatformConfig } from "../resolve";
import type { Facts } from "../service";

/** Who signs, and what that needs. */
export function certificateReferences({ certificates }: PlatformConfig, { routed }: Facts, kubectl: string): Reference[] {
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
    ...kinds.map((kind) => definitionReference(`${kind}.cert-manager.io`, "homelab:certificates.mode", brought)),
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
