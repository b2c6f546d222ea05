import assert from "node:assert/strict";
import { readDocument } from "../../kubernetes/yaml";
import { judge, type Verdict } from "../../policies/core/evaluate";
import { Field, isRecord } from "../../kubernetes/objects/field";
import { expand, type ObjectView } from "../../policies/core/object";
import type { Policy } from "../../policies/core/policy";
import { withDefaults } from "../../policies/core/schema";
import { Exemptions } from "../../policies/exemptions";
import { parseDocuments } from "../../kubernetes/yaml";
import { RULES } from "../../policies/rules";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Path = (string | number)[];
type Manifest = Record<string, unknown> & { apiVersion: string; kind: string };

const ruleOf = (id: string) => RULES.find((policy) => policy.id === id)!;

function documentsOf(yaml: string): Manifest[] {
  return parseDocuments(yaml).flatMap((document) => ("value" in document ? [document.value as Manifest] : []));
}

function viewsOf(documents: readonly Manifest[]): ObjectView[] {
  return documents.flatMap((document) => expand(document, new Field(document)));
}

function mandatory(
  policy: Policy,
  documents: readonly Manifest[],
  strict: boolean,
  config: Record<string, unknown> = {},
): Verdict[] {
  const setting = { policy, params: withDefaults(policy.params, config), level: "mandatory" as const };
  const verdicts = judge(viewsOf(documents), [setting], { exemptions: Exemptions.none, strict });
  return verdicts.filter(({ level }) => level === "mandatory");
}

/** Every place in a document; what it is (apiVersion and kind) the engine knows from the resource's type. */
function* placesIn(value: unknown, at: Path = []): Iterable<Path> {
  const children: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : isRecord(value)
      ? Object.entries(value)
      : [];
  for (const [key, child] of children) {
    if (at.length === 0 && (key === "apiVersion" || key === "kind")) continue;
    yield [...at, key];
    yield* placesIn(child, [...at, key]);
  }
}

function withUnknown(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? withUnknown(item, rest) : item));
  return isRecord(value) ? { ...value, [step]: withUnknown(value[step], rest) } : value;
}

describe("what is not known at preview", () => {
  /** What may pass, and why that is right. */
  const mayPass: Record<string, string> = {
    "plain-secrets": "a value that is not known yet stands nowhere in plain text",
    "localstack-licence": "a token that is not known yet is not empty",
  };

  for (const policy of RULES.filter(({ id, level }) => level === "mandatory" && !(id in mayPass))) {
    it(`never makes what ${policy.id} refuses pass in silence, wherever it stands`, () => {
      let places = 0;
      for (const { title, yaml, params } of policy.bad) {
        const documents = documentsOf(yaml);
        // No resource of Pulumi is a List of anything.
        if (documents.some(({ kind }) => kind === "List") || mandatory(policy, documents, true, params).length === 0) continue;
        for (const [index, document] of documents.entries()) {
          for (const place of placesIn(document)) {
            places++;
            const changed = documents.map((other, at) => (at === index ? (withUnknown(other, place) as Manifest) : other));
            const found = mandatory(policy, changed, true, params);
            assert.ok(found.length > 0, `${title}: ${document.kind} ${place.join(".")}`);
          }
        }
      }
      assert.ok(places > 5);
    });
  }

  const beside: [string, string, string, Record<string, unknown>?][] = [
    [
      "pod-security",
      'container "c" is privileged',
      "{apiVersion: v1, kind: Pod, spec: {initContainers: ?, containers: [?, {name: c, securityContext: {privileged: true}}]}}",
    ],
    [
      "pod-security",
      'container "c" may run as root',
      "{apiVersion: v1, kind: Pod, spec: {securityContext: ?, containers: [{name: c, securityContext: {runAsNonRoot: false}}]}}",
      { profile: "restricted" },
    ],
    [
      "pod-security",
      'adds the capability "SYS_ADMIN"',
      "{apiVersion: v1, kind: Pod, spec: {containers: [{name: c, securityContext: {capabilities: {drop: ?, add: [?, SYS_ADMIN]}}}]}}",
      { profile: "restricted" },
    ],
    [
      "container-resources",
      "cpu limit above 4",
      "{apiVersion: v1, kind: Pod, spec: {containers: [{name: c, resources: {requests: ?, limits: {cpu: 5, memory: ?}}}]}}",
    ],
    [
      "storage-limits",
      "asks for more than 100Gi",
      "{apiVersion: apps/v1, kind: StatefulSet, spec: {volumeClaimTemplates: [?, {metadata: ?, spec: {resources: {requests: {storage: 101Gi}}}}]}}",
    ],
    [
      "https-only",
      'is on the entry point "web"',
      "{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, spec: {entryPoints: [?, web], routes: [?, {services: [{name: a}]}], tls: ?}}",
    ],
    [
      "https-only",
      "has no tls",
      "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {annotations: ?}, spec: {rules: ?}}",
    ],
    [
      "unique-routes",
      "answers for every host",
      "{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, spec: {entryPoints: ?, routes: [?, {match: 'PathPrefix(`/`)', services: [{name: a}]}]}}",
    ],
  ];
  for (const [id, message, yaml, params] of beside) {
    it(`does not hide what is known beside it: ${id}, ${message}`, () => {
      const document = readDocument(yaml.replaceAll("?", UNKNOWN)) as Manifest;
      const messages = mandatory(ruleOf(id), [document], false, params).map((verdict) => verdict.message);
      assert.ok(
        messages.some((text) => text.includes(message)),
        messages.join(" | "),
      );
    });
  }
});
