import assert from "node:assert/strict";
import { addons, certManagerProbe, type KubernetesObject } from "../../../lab/cluster/addons";
import { contains, deployments, find, objects, ofKind, parameters } from "./given";

describe("lab add-ons: every object", () => {
  it("is there once, and belongs to an add-on", () => {
    const identities = objects.map(
      (object) => `${object.apiVersion} ${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`,
    );
    assert.deepEqual(
      identities.filter((identity, index) => identities.indexOf(identity) !== index),
      [],
    );
    for (const object of objects) {
      assert.ok(object.metadata.labels?.["homelab.lab/addon"], `${object.kind} ${object.metadata.name}`);
    }
  });

  it("has a namespace exactly when its kind is namespaced", () => {
    const clusterWide = [
      "CustomResourceDefinition",
      "Namespace",
      "ClusterRole",
      "ClusterRoleBinding",
      "StorageClass",
      "IngressClass",
      "MutatingWebhookConfiguration",
      "ValidatingWebhookConfiguration",
    ];
    for (const object of objects) {
      assert.equal(
        object.metadata.namespace === undefined,
        clusterWide.includes(object.kind),
        `${object.kind} ${object.metadata.name}`,
      );
    }
  });

  it("comes after what it needs", () => {
    const first = (kind: string) => objects.findIndex((object) => object.kind === kind);
    const last = (kind: string) => objects.map((object) => object.kind).lastIndexOf(kind);
    const order = [
      "CustomResourceDefinition",
      "Namespace",
      "ServiceAccount",
      "ClusterRole",
      "ClusterRoleBinding",
      "Role",
      "RoleBinding",
      "ConfigMap",
      "Deployment",
    ];
    for (const [index, kind] of order.slice(1).entries()) {
      assert.ok(last(order[index]!) < first(kind), `${order[index]} before ${kind}`);
    }
    assert.equal(last("ConfigMap") < objects.findIndex((object) => !order.includes(object.kind)), true);
  });

  it("is the same each time", () => {
    assert.deepEqual(addons(parameters), objects);
  });
});

describe("lab add-ons: access and services", () => {
  for (const kind of ["Role", "ClusterRole"]) {
    it(`every ${kind}Binding binds a ${kind} to accounts that are there`, () => {
      for (const binding of ofKind(`${kind}Binding`)) {
        const { roleRef, subjects } = binding as KubernetesObject & {
          roleRef: { kind: string; name: string };
          subjects: Array<{ name: string; namespace: string }>;
        };
        assert.equal(roleRef.kind, kind);
        assert.equal(find(kind, roleRef.name).metadata.namespace, binding.metadata.namespace);
        for (const subject of subjects) assert.equal(find("ServiceAccount", subject.name).metadata.namespace, subject.namespace);
      }
    });
  }

  it("no rule allows everything", () => {
    for (const role of [...ofKind("Role"), ...ofKind("ClusterRole")]) {
      for (const rule of role.rules as Array<{ apiGroups: string[]; resources: string[]; verbs: string[] }>) {
        assert.ok(rule.verbs.length > 0 && rule.resources.length > 0 && rule.apiGroups.length > 0, role.metadata.name);
        assert.equal([...rule.verbs, ...rule.resources, ...rule.apiGroups].includes("*"), false, role.metadata.name);
      }
    }
  });

  it("every service leads to named ports of one workload", () => {
    for (const service of ofKind("Service")) {
      const { selector, ports } = service.spec as { selector: Record<string, string>; ports: Array<{ targetPort: string }> };
      const behind = deployments.filter(
        ({ namespace, spec }) => namespace === service.metadata.namespace && contains(spec.template.metadata.labels, selector),
      );
      assert.equal(behind.length, 1, service.metadata.name);
      const names = behind[0]!.spec.template.spec.containers.flatMap(
        (container) => container.ports?.map((port) => port.name) ?? [],
      );
      for (const port of ports) assert.ok(names.includes(port.targetPort), `${service.metadata.name}: ${port.targetPort}`);
    }
  });

  it("both webhook configurations lead to the webhook and fail closed", () => {
    for (const kind of ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]) {
      const { webhooks } = find(kind, "cert-manager-webhook") as KubernetesObject & {
        webhooks: Array<{ failurePolicy: string; clientConfig: { service: { name: string; namespace: string } } }>;
      };
      assert.equal(webhooks[0]!.failurePolicy, "Fail");
      assert.equal(
        find("Service", webhooks[0]!.clientConfig.service.name).metadata.namespace,
        webhooks[0]!.clientConfig.service.namespace,
      );
    }
    assert.equal(certManagerProbe.apiVersion, "cert-manager.io/v1");
  });
});
