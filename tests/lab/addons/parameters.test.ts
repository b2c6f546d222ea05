import assert from "node:assert/strict";
import { parse } from "yaml";
import { addons, type KubernetesObject } from "../../../lab/cluster/addons";
import {
  argumentsOf,
  deployments,
  find,
  helperImage,
  objects,
  ofKind,
  parameters,
  type Container,
  type DeploymentSpec,
} from "./given";

describe("lab add-ons: their parameters", () => {
  it("DNS answers at the given address with the given names, and follows a change", () => {
    assert.equal((find("Service", "kube-dns").spec as { clusterIP: string }).clusterIP, "10.96.0.10");
    const { Corefile } = find("ConfigMap", "coredns").data as { Corefile: string };
    assert.match(Corefile, /hosts \{\n +192\.0\.2\.7 registry\.example\.test\n +192\.0\.2\.7 ui\.example\.test\n/);
    assert.doesNotMatch(Corefile, /forward|resolv\.conf/);
    const configOf = (from: KubernetesObject[]) =>
      (find("Deployment", "coredns", from).spec as DeploymentSpec).template.metadata.annotations;
    assert.notDeepEqual(configOf(addons({ ...parameters, names: ["other.example.test"] })), configOf(objects));
  });

  it("volumes go to the given path, through a bounded helper pod, by the only default class", () => {
    const data = find("ConfigMap", "local-path-config").data as { "config.json": string; "helperPod.yaml": string };
    assert.deepEqual(JSON.parse(data["config.json"]).nodePathMap[0].paths, ["/srv/volumes"]);
    const container = (parse(data["helperPod.yaml"]).spec.containers as Container[])[0]!;
    assert.equal(container.image, helperImage);
    assert.ok(container.resources.requests && container.resources.limits);
    assert.ok(argumentsOf("local-path-provisioner").includes(helperImage));
    const defaults = ofKind("StorageClass").filter(
      (object) => object.metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
    );
    assert.deepEqual(
      defaults.map((object) => [object.metadata.name, object.volumeBindingMode]),
      [["local-path", "WaitForFirstConsumer"]],
    );
  });

  it("Traefik serves both ports of the node, reports its address and calls nobody", () => {
    const args = argumentsOf("traefik");
    const ports = deployments.find(({ name }) => name === "traefik")!.spec.template.spec.containers[0]!.ports!;
    assert.deepEqual(
      ports.filter((port) => port.hostPort).map((port) => [port.name, port.hostPort, port.containerPort]),
      [
        ["web", 80, 8000],
        ["websecure", 443, 8443],
      ],
    );
    for (const wanted of [
      "--providers.kubernetescrd.allowCrossNamespace=false",
      "--providers.kubernetesingress.ingressendpoint.ip=192.0.2.7",
      "--global.checkNewVersion=false",
      "--global.sendAnonymousUsage=false",
    ]) {
      assert.ok(args.includes(wanted), wanted);
    }
  });
});
