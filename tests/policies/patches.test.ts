import assert from "node:assert/strict";
import { readDocument } from "../../kubernetes/yaml";
import { judge } from "../../policies/core/evaluate";
import { Field } from "../../kubernetes/objects/field";
import { expand } from "../../policies/core/object";
import { withDefaults } from "../../policies/core/schema";
import { Exemptions } from "../../policies/exemptions";
import { RULES } from "../../policies/rules";

describe("a patch", () => {
  const judged = (id: string, apiVersion: string, kind: string, spec: string) => {
    const policy = RULES.find((rule) => rule.id === id)!;
    const view = expand({ apiVersion, kind, patch: true }, new Field({ apiVersion, kind, spec: readDocument(spec) }));
    const setting = { policy, params: withDefaults(policy.params, {}), level: "mandatory" as const };
    return judge(view, [setting], { exemptions: Exemptions.none, strict: false }).map(
      ({ level, message }) => `${level}: ${message}`,
    );
  };
  const traefik = "traefik.io/v1alpha1";
  const cases: [string, string, string, string, string, string[]][] = [
    [
      "an Ingress from which TLS is taken",
      "https-only",
      "networking.k8s.io/v1",
      "Ingress",
      "{tls: []}",
      ["mandatory: has no tls"],
    ],
    [
      "rules of an Ingress",
      "https-only",
      "networking.k8s.io/v1",
      "Ingress",
      "{rules: [{host: a}]}",
      ["advisory: cannot be verified: the patch does not show tls"],
    ],
    ["the class of an Ingress", "https-only", "networking.k8s.io/v1", "Ingress", "{ingressClassName: x}", []],
    [
      "a route moved to web",
      "https-only",
      traefik,
      "IngressRoute",
      "{entryPoints: [web]}",
      ["advisory: cannot be verified: the patch does not show the routes"],
    ],
    [
      "a route's services",
      "https-only",
      traefik,
      "IngressRoute",
      "{routes: [{services: [{name: a}]}]}",
      ["advisory: cannot be verified: the patch does not show the entry points"],
    ],
    [
      "a route whose certificate is taken",
      "https-only",
      traefik,
      "IngressRoute",
      "{entryPoints: [websecure], tls: {}}",
      ["mandatory: has no certificate"],
    ],
    [
      "a TCP route's services",
      "https-only",
      traefik,
      "IngressRouteTCP",
      "{routes: [{}]}",
      ["advisory: cannot be verified: the patch does not show tls"],
    ],
    [
      "a Service opened to the network",
      "https-only",
      "v1",
      "Service",
      "{type: LoadBalancer}",
      ["advisory: cannot be verified: the patch does not show the ports"],
    ],
    [
      "a Service's plain port",
      "https-only",
      "v1",
      "Service",
      "{ports: [{port: 80}]}",
      ["advisory: cannot be verified: the patch does not show the type"],
    ],
    ["a Service's port with TLS", "https-only", "v1", "Service", "{ports: [{port: 443, name: https}]}", []],
    [
      "a Service opened with a plain port",
      "https-only",
      "v1",
      "Service",
      "{type: NodePort, ports: [{port: 80}]}",
      ["mandatory: type NodePort exposes port 80"],
    ],
    [
      "a claim made larger",
      "storage-limits",
      "v1",
      "PersistentVolumeClaim",
      "{resources: {requests: {storage: 101Gi}}}",
      ["mandatory: asks for more than 100Gi"],
    ],
    ["a claim's labels", "storage-limits", "v1", "PersistentVolumeClaim", "{}", []],
    [
      "a container made privileged",
      "pod-security",
      "apps/v1",
      "DaemonSet",
      "{template: {spec: {containers: [{name: c, securityContext: {privileged: true}}]}}}",
      ['mandatory: container "c" is privileged'],
    ],
    [
      "a container added",
      "container-resources",
      "batch/v1",
      "CronJob",
      "{jobTemplate: {spec: {template: {spec: {initContainers: [{name: c, image: a}]}}}}}",
      ['mandatory: init container "c" has no cpu request'],
    ],
    [
      "a container's limit",
      "container-resources",
      "apps/v1",
      "Deployment",
      "{template: {spec: {containers: [{name: c, resources: {limits: {cpu: 1}}}]}}}",
      [],
    ],
  ];
  for (const [title, id, apiVersion, kind, spec, expected] of cases) {
    it(`of ${title}: ${expected[0]?.split(":")[0] ?? "nothing"}`, () => {
      const found = judged(id, apiVersion, kind, spec);
      assert.equal(found.length, expected.length, found.join(" | "));
      expected.forEach((start, index) => assert.ok(found[index]!.startsWith(start), found[index]));
    });
  }
});
