import assert from "node:assert/strict";
import { imageNames } from "../../../lab/images/catalogue";
import { contains, deployments, find } from "./given";

describe("lab add-ons: workloads", () => {
  it("are the four add-ons", () => {
    assert.deepEqual(deployments.map(({ name }) => name).sort(), [
      "cert-manager",
      "cert-manager-cainjector",
      "cert-manager-webhook",
      "coredns",
      "local-path-provisioner",
      "traefik",
    ]);
  });

  for (const { name, namespace, spec } of deployments) {
    const { metadata, spec: pod } = spec.template;
    it(`${name} selects its own pods and no other's`, () => {
      assert.ok(contains(metadata.labels, spec.selector.matchLabels));
      for (const other of deployments) {
        if (other.name !== name) {
          assert.equal(contains(other.spec.template.metadata.labels, spec.selector.matchLabels), false, other.name);
        }
      }
    });

    it(`${name} runs an image of the catalogue, bounded and without rights`, () => {
      assert.equal(pod.securityContext.runAsNonRoot, true);
      assert.ok(pod.securityContext.runAsUser > 0);
      for (const container of pod.containers) {
        assert.ok((Object.values(imageNames) as string[]).includes(container.image), container.image);
        for (const bounds of [container.resources.requests, container.resources.limits]) {
          assert.deepEqual(Object.keys(bounds).sort(), ["cpu", "memory"]);
        }
        assert.deepEqual(container.securityContext, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
      }
    });

    it(`${name} is probed on ports it has and mounts volumes it has`, () => {
      for (const container of pod.containers) {
        const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
        // cert-manager 1.11's CA injector opens no port.
        assert.equal(probes.filter(Boolean).length, name === "cert-manager-cainjector" ? 0 : 3);
        for (const probe of probes) {
          if (probe) {
            assert.ok(
              container.ports?.some((port) => port.name === probe.httpGet.port),
              probe.httpGet.port,
            );
          }
        }
        for (const mount of container.volumeMounts ?? []) {
          assert.ok(
            pod.volumes?.some((volume) => volume.name === mount.name),
            mount.name,
          );
        }
        for (const port of container.ports ?? []) assert.ok(port.name.length <= 15, `port name ${port.name}`);
      }
      for (const volume of pod.volumes ?? []) {
        if (volume.configMap) assert.equal(find("ConfigMap", volume.configMap.name).metadata.namespace, namespace);
      }
    });

    it(`${name} has an account that is bound to what it may do`, () => {
      assert.equal(find("ServiceAccount", pod.serviceAccountName).metadata.namespace, namespace);
      assert.ok(find("ClusterRoleBinding", pod.serviceAccountName));
    });
  }

  it("never hold a port of the node in two pods at once", () => {
    for (const { name, spec } of deployments) {
      const holdsPort = spec.template.spec.containers.some((container) => container.ports?.some((port) => port.hostPort));
      assert.equal(spec.strategy.type, holdsPort ? "Recreate" : "RollingUpdate", name);
      if (holdsPort) assert.equal(spec.replicas, 1, name);
    }
  });
});
