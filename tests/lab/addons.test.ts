import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { addons, certManagerProbe, type AddonParameters, type KubernetesObject } from "../../lab/cluster/addons";
import { imageNames } from "../../lab/images/catalogue";

const helperImage = "docker.io/library/busybox:1.35.0";
const parameters: AddonParameters = {
  dnsServiceAddress: "10.96.0.10",
  nodeAddress: "192.0.2.7",
  names: ["registry.example.test", "ui.example.test"],
  volumesPath: "/srv/volumes",
  helperImage,
  definitions: {},
};
const objects = addons(parameters);

interface Container {
  name: string;
  image: string;
  args: string[];
  ports?: Array<{ name: string; containerPort: number; hostPort?: number }>;
  resources: { requests: object; limits: object };
  securityContext: object;
  startupProbe?: { httpGet: { port: string } };
  livenessProbe?: { httpGet: { port: string } };
  readinessProbe?: { httpGet: { port: string } };
  volumeMounts?: Array<{ name: string }>;
}
interface PodTemplate {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
  spec: {
    serviceAccountName: string;
    containers: Container[];
    volumes?: Array<{ name: string; configMap?: { name: string } }>;
    securityContext: { runAsNonRoot: boolean; runAsUser: number };
  };
}
interface DeploymentSpec {
  replicas: number;
  strategy: { type: string };
  selector: { matchLabels: Record<string, string> };
  template: PodTemplate;
}
interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
}
interface DefinitionSpec {
  group: string;
  scope: string;
  names: { kind: string; plural: string; shortNames?: string[] };
  versions: Array<{
    name: string;
    served: boolean;
    storage: boolean;
    subresources?: object;
    schema: { openAPIV3Schema: Schema };
    additionalPrinterColumns: Array<{ name: string }>;
  }>;
}

const ofKind = (kind: string, from = objects) => from.filter((object) => object.kind === kind);
const find = (kind: string, name: string, from = objects) => {
  const found = ofKind(kind, from).find((object) => object.metadata.name === name);
  assert.ok(found, `${kind} ${name}`);
  return found;
};
const deployments = ofKind("Deployment").map((object) => ({
  name: object.metadata.name,
  namespace: object.metadata.namespace,
  spec: object.spec as DeploymentSpec,
}));
const argumentsOf = (name: string) =>
  deployments.find((deployment) => deployment.name === name)!.spec.template.spec.containers[0].args;
const contains = (labels: Record<string, string>, selector: Record<string, string>) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

describe("lab add-ons: every object", () => {
  it("is there once, and belongs to an add-on", () => {
    const identities = objects.map(
      (object) => `${object.apiVersion} ${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`,
    );
    assert.deepEqual(
      identities.filter((identity, index) => identities.indexOf(identity) !== index),
      [],
    );
    for (const object of objects)
      assert.ok(object.metadata.labels?.["homelab.lab/addon"], `${object.kind} ${object.metadata.name}`);
  });

  it("has a namespace exactly when its kind lives in one", () => {
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
    for (const object of objects)
      assert.equal(
        object.metadata.namespace === undefined,
        clusterWide.includes(object.kind),
        `${object.kind} ${object.metadata.name}`,
      );
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
    for (const [index, kind] of order.slice(1).entries())
      assert.ok(last(order[index]) < first(kind), `${order[index]} before ${kind}`);
    assert.equal(last("ConfigMap") < objects.findIndex((object) => !order.includes(object.kind)), true);
  });

  it("is the same each time", () => {
    assert.deepEqual(addons(parameters), objects);
  });
});

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
      for (const other of deployments)
        if (other.name !== name)
          assert.equal(contains(other.spec.template.metadata.labels, spec.selector.matchLabels), false, other.name);
    });

    it(`${name} runs an image of the catalogue, bounded and without rights`, () => {
      assert.equal(pod.securityContext.runAsNonRoot, true);
      assert.ok(pod.securityContext.runAsUser > 0);
      for (const container of pod.containers) {
        assert.ok((Object.values(imageNames) as string[]).includes(container.image), container.image);
        for (const bounds of [container.resources.requests, container.resources.limits])
          assert.deepEqual(Object.keys(bounds).sort(), ["cpu", "memory"]);
        assert.deepEqual(container.securityContext, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
      }
    });

    it(`${name} is probed on ports it has and mounts what it brings`, () => {
      for (const container of pod.containers) {
        const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
        // cert-manager 1.11's CA injector opens no port.
        assert.equal(probes.filter(Boolean).length, name === "cert-manager-cainjector" ? 0 : 3);
        for (const probe of probes)
          if (probe)
            assert.ok(
              container.ports?.some((port) => port.name === probe.httpGet.port),
              probe.httpGet.port,
            );
        for (const mount of container.volumeMounts ?? [])
          assert.ok(
            pod.volumes?.some((volume) => volume.name === mount.name),
            mount.name,
          );
        for (const port of container.ports ?? []) assert.ok(port.name.length <= 15, `port name ${port.name}`);
      }
      for (const volume of pod.volumes ?? [])
        if (volume.configMap) assert.equal(find("ConfigMap", volume.configMap.name).metadata.namespace, namespace);
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
      const names = behind[0].spec.template.spec.containers.flatMap(
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
      assert.equal(webhooks[0].failurePolicy, "Fail");
      assert.equal(
        find("Service", webhooks[0].clientConfig.service.name).metadata.namespace,
        webhooks[0].clientConfig.service.namespace,
      );
    }
    assert.equal(certManagerProbe.apiVersion, "cert-manager.io/v1");
  });
});

describe("lab add-ons: what they are told", () => {
  it("DNS answers at the given address with the given names, and follows a change", () => {
    assert.equal((find("Service", "kube-dns").spec as { clusterIP: string }).clusterIP, "10.96.0.10");
    const { Corefile } = find("ConfigMap", "coredns").data as Record<string, string>;
    assert.match(Corefile, /hosts \{\n +192\.0\.2\.7 registry\.example\.test\n +192\.0\.2\.7 ui\.example\.test\n/);
    assert.doesNotMatch(Corefile, /forward|resolv\.conf/);
    const configOf = (from: KubernetesObject[]) =>
      (find("Deployment", "coredns", from).spec as DeploymentSpec).template.metadata.annotations;
    assert.notDeepEqual(configOf(addons({ ...parameters, names: ["other.example.test"] })), configOf(objects));
  });

  it("volumes go to the given path, through a bounded helper pod, by the only default class", () => {
    const data = find("ConfigMap", "local-path-config").data as Record<string, string>;
    assert.deepEqual(JSON.parse(data["config.json"]).nodePathMap[0].paths, ["/srv/volumes"]);
    const [container] = parse(data["helperPod.yaml"]).spec.containers as Container[];
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
    const ports = deployments.find(({ name }) => name === "traefik")!.spec.template.spec.containers[0].ports!;
    assert.deepEqual(
      ports.filter((port) => port.hostPort).map((port) => [port.name, port.hostPort, port.containerPort]),
      [
        ["web", 80, 8000],
        ["websecure", 443, 8443],
      ],
    );
    for (const wanted of [
      "--entryPoints.websecure.transport.respondingTimeouts.readTimeout=600s",
      "--providers.kubernetescrd.allowCrossNamespace=false",
      "--providers.kubernetesingress.ingressendpoint.ip=192.0.2.7",
      "--global.checkNewVersion=false",
      "--global.sendAnonymousUsage=false",
    ])
      assert.ok(args.includes(wanted), wanted);
  });
});

describe("lab add-ons: definitions of kinds", () => {
  const definitions = ofKind("CustomResourceDefinition").map((object) => ({ object, spec: object.spec as DefinitionSpec }));

  it("are Traefik's ten, cert-manager's six and K3s' one", () => {
    const count = (group: RegExp) => definitions.filter(({ spec }) => group.test(spec.group)).length;
    assert.deepEqual(
      [count(/^traefik\.io$/), count(/cert-manager\.io$/), count(/^helm\.cattle\.io$/), definitions.length],
      [10, 6, 1, 17],
    );
  });

  for (const { object, spec } of definitions) {
    it(`${object.metadata.name} is named after its kind and has one structural version`, () => {
      assert.equal(object.metadata.name, `${spec.names.plural}.${spec.group}`);
      assert.equal(spec.names.plural, `${spec.names.kind.toLowerCase()}s`);
      assert.equal(spec.versions.length, 1);
      const [version] = spec.versions;
      assert.ok(version.served && version.storage);
      assertStructural(version.schema.openAPIV3Schema, object.metadata.name);
      assert.equal(
        spec.group.endsWith("cert-manager.io"),
        version.subresources !== undefined,
        "status is written by cert-manager's controllers only",
      );
      assert.ok(version.additionalPrinterColumns.some((column) => column.name === "Age"));
    });
  }

  /** Structural schemas (Kubernetes, "Specifying a structural schema"): a type at every place, also of what is inside. */
  function assertStructural(schema: Schema, place: string): void {
    assert.ok(schema.type, `${place} has no type`);
    for (const [name, inner] of Object.entries(schema.properties ?? {})) assertStructural(inner, `${place}.${name}`);
  }

  it("are cluster-wide for ClusterIssuer alone", () => {
    assert.deepEqual(
      definitions.filter(({ spec }) => spec.scope === "Cluster").map(({ spec }) => spec.names.kind),
      ["ClusterIssuer"],
    );
  });

  it("give no two kinds of a group the same short name", () => {
    const names = definitions.flatMap(({ spec }) => (spec.names.shortNames ?? []).map((name) => `${name}.${spec.group}`));
    assert.equal(new Set(names).size, names.length);
  });

  describe("with the programs' own definitions at hand", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "definitions-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** The made definitions in files as the modules lay them out, each with a mark. */
    function write(leaveOut?: string) {
      const marked = definitions.map(({ object }) => ({
        ...object,
        metadata: { name: object.metadata.name, labels: { app: "{{ template }}" } },
        spec: { ...(object.spec as object), mark: "original" },
      }));
      const traefik = join(folder, "traefik.yml");
      writeFileSync(
        traefik,
        marked
          .filter(({ spec }) => (spec as unknown as DefinitionSpec).group === "traefik.io")
          .map((object) => stringify(object))
          .join("---\n"),
      );
      const certManager = join(folder, "cert-manager");
      mkdirSync(certManager);
      writeFileSync(join(certManager, "README.md"), "not a definition");
      for (const object of marked) {
        const { group } = object.spec as unknown as DefinitionSpec;
        if (group.endsWith("cert-manager.io") && object.metadata.name !== leaveOut)
          writeFileSync(join(certManager, `${object.metadata.name}.yaml`), stringify(object));
      }
      return { traefik, certManager };
    }
    const marksOf = (from: KubernetesObject[]) =>
      Object.fromEntries(
        ofKind("CustomResourceDefinition", from).map((object) => [object.metadata.name, (object.spec as { mark?: string }).mark]),
      );

    it("they are taken, without a chart's placeholders, and say so", () => {
      const taken = addons({ ...parameters, definitions: write() });
      const marks = marksOf(taken);
      assert.equal(Object.values(marks).filter((mark) => mark === "original").length, 16);
      assert.equal(marks["helmchartconfigs.helm.cattle.io"], undefined);
      const certificate = find("CustomResourceDefinition", "certificates.cert-manager.io", taken);
      assert.doesNotMatch(JSON.stringify(certificate.metadata), /\{\{/);
      assert.equal(certificate.metadata.annotations?.["homelab.lab/schema"], "cert-manager v1.11.5");
    });

    it("a set that lacks a kind is not mixed with made ones", () => {
      const marks = marksOf(addons({ ...parameters, definitions: write("orders.acme.cert-manager.io") }));
      assert.equal(Object.entries(marks).filter(([name, mark]) => /cert-manager/.test(name) && mark).length, 0);
      assert.equal(marks["ingressroutes.traefik.io"], "original");
    });
  });
});
