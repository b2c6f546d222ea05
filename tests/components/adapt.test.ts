import assert from "node:assert/strict";
import fc from "fast-check";
import { adapt, unstatedUsers, type KubeObject } from "../../components/services/apps/adapt";
import { podTemplateOf, type Container } from "../../components/services/apps/adapt/objects";
import { scopesIn } from "../../components/services/apps/rendering/scopes";
import { judge } from "../../policies/core/evaluate";
import { Field } from "../../kubernetes/objects/field";
import { expand } from "../../policies/core/object";
import { configure } from "../../policies/configuration";
import { RULES } from "../../policies/rules";
import { adaptSettings as settings } from "./adaptSettings";

function deployment(container: Partial<Container> = {}, spec: object = {}): KubeObject {
  const containers = [{ name: "main", image: "docker.io/library/busybox:1.36.1", ...container }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { template: { metadata: {}, spec: { containers, ...spec } } },
  };
}

const problemsOf = (...objects: object[]) => adapt(objects as KubeObject[], settings()).problems;

describe("what of a chart belongs to the whole cluster", () => {
  const kind = (apiVersion: string, name: string, more = {}) => ({ apiVersion, kind: name, metadata: { name: "x" }, ...more });
  const definition = (scope: string) =>
    kind("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
      spec: { group: "acme.example", scope, names: { kind: "Thing" } },
    });

  for (const [apiVersion, name] of [
    ["rbac.authorization.k8s.io/v1", "ClusterRole"],
    ["admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy"],
    ["storage.k8s.io/v1", "VolumeAttributesClass"],
    ["networking.k8s.io/v1", "ServiceCIDR"],
    ["crd.projectcalico.org/v1", "GlobalNetworkPolicy"],
    ["cilium.io/v2", "CiliumClusterwideNetworkPolicy"],
    ["cert-manager.io/v1", "ClusterIssuer"],
    ["unknown.example/v1", "Thing"],
  ] as const) {
    it(`${name} of ${apiVersion} is refused`, () => {
      assert.match(problemsOf(kind(apiVersion, name)).join("\n"), new RegExp(`${name} x .*clusterWide: true`));
    });
  }

  for (const [apiVersion, name] of [
    ["postgresql.cnpg.io/v1", "Cluster"],
    ["monitoring.coreos.com/v1", "ServiceMonitor"],
    ["traefik.io/v1alpha1", "Middleware"],
    ["v1", "ConfigMap"],
  ] as const) {
    it(`${name} of ${apiVersion} is not`, () => assert.deepEqual(problemsOf(kind(apiVersion, name)), []));
  }

  it("is read off the chart's own definitions, where the group is not known", () => {
    const thing = kind("acme.example/v1", "Thing");
    assert.ok(!problemsOf(definition("Namespaced"), thing).some((problem) => problem.startsWith("Thing x")));
    assert.ok(
      problemsOf(definition("Cluster"), thing).includes(
        "Thing x belongs to the whole cluster: switch it off in the values, or allow it with clusterWide: true",
      ),
    );
  });

  const probed = (kind: string, namespace?: string) =>
    ({ apiVersion: "acme.example/v1", kind, metadata: { name: "probe", namespace } }) as KubeObject;

  it("is asked of the cluster, where neither says it", () => {
    const scopes = scopesIn([probed("Thing", "default"), probed("Wide"), kind("apps/v1", "Deployment")]);
    assert.deepEqual(scopes, { "acme.example/Thing": "Namespaced", "acme.example/Wide": "Cluster" });
    const problems = (name: string) =>
      adapt([kind("acme.example/v2", name)] as KubeObject[], settings({ scopes })).problems.join("\n");
    assert.equal(problems("Thing"), "");
    assert.match(problems("Wide"), /^Wide x belongs to the whole cluster/);
    assert.match(
      problems("Other"),
      /^Other x is of the group acme\.example.*the cluster has no such kind.*install what defines it first/,
    );
    assert.match(problems("toString"), /not known/);
  });

  it("is not known without a cluster, which is said", () => {
    assert.match(problemsOf(kind("acme.example/v1", "Thing")).join("\n"), /no cluster answers that could/);
  });

  it("is not taken from the cluster for what the table knows", () => {
    const scopes = { "rbac.authorization.k8s.io/ClusterRole": "Namespaced" as const };
    const { problems } = adapt([kind("rbac.authorization.k8s.io/v1", "ClusterRole")] as KubeObject[], settings({ scopes }));
    assert.match(problems.join("\n"), /belongs to the whole cluster/);
  });
});

describe("the token of a pod's service account", () => {
  const account = (more = {}) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "web" }, ...more });
  const binding = (subject: object, kind = "RoleBinding") => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind,
    metadata: { name: "b" },
    subjects: [subject],
    roleRef: { kind: "Role", name: "r" },
  });
  const tokenOf = (...objects: object[]) => {
    const adapted = adapt(objects as KubeObject[], settings({ clusterWide: true }));
    return podTemplateOf(adapted.objects.find(({ kind }) => kind === "Deployment")!)!.spec.automountServiceAccountToken;
  };
  const web = deployment({}, { serviceAccountName: "web" });

  it("is kept by what the chart binds to a role, in its namespace or everywhere", () => {
    assert.equal(tokenOf(web, account(), binding({ kind: "ServiceAccount", name: "web" })), undefined);
    assert.equal(
      tokenOf(web, account(), binding({ kind: "ServiceAccount", name: "web", namespace: "a" }, "ClusterRoleBinding")),
      undefined,
    );
    assert.equal(tokenOf(deployment(), binding({ kind: "Group", name: "system:serviceaccounts:a" })), undefined);
  });

  it("is kept where the chart says so, or the account is somebody else's", () => {
    assert.equal(tokenOf(web, account({ automountServiceAccountToken: true })), undefined);
    assert.equal(tokenOf(deployment({}, { automountServiceAccountToken: true })), true);
    assert.equal(tokenOf(web), undefined);
  });

  it("is taken from all others", () => {
    assert.equal(tokenOf(deployment()), false);
    assert.equal(tokenOf(web, account()), false);
    assert.equal(tokenOf(web, account(), binding({ kind: "ServiceAccount", name: "web", namespace: "elsewhere" })), false);
    assert.equal(tokenOf(web, account(), binding({ kind: "User", name: "web" })), false);
  });
});

describe("requests and limits that are added", () => {
  const { settings: policies, judging } = configure(RULES, {}, "2026-01-01");
  const findings = (object: KubeObject) =>
    judge(expand(object as { apiVersion: string; kind: string }, new Field(object)), policies, judging).filter(
      ({ rule }) => rule === "container-resources",
    );
  const cpu = fc.constantFrom(undefined, "1m", "10m", "0.1", "250m", "1", "3", 2);
  const memory = fc.constantFrom(undefined, "16Mi", "64Mi", "100M", "1Gi", "3000000000", "7Gi");
  const amounts = fc.record({ cpu, memory }).map((given) => JSON.parse(JSON.stringify(given)) as Record<string, string>);

  it("never break a rule that what the chart says itself does not break", () => {
    fc.assert(
      fc.property(amounts, amounts, (requests, limits) => {
        const given = deployment({ resources: { requests, limits } });
        const said = findings(given).filter(({ message }) => !/ has no /.test(message));
        const { objects } = adapt([given], settings());
        assert.deepEqual(
          findings(objects[0]!).map(({ message }) => message),
          said.map(({ message }) => message),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("keep to the request of a chart that states no limit", () => {
    const { objects } = adapt([deployment({ resources: { requests: { cpu: "10m" }, limits: { memory: "64Mi" } } })], settings());
    assert.deepEqual(podTemplateOf(objects[0]!)!.spec.containers[0]!.resources, {
      requests: { cpu: "10m", memory: "64Mi" },
      limits: { cpu: "200m", memory: "64Mi" },
    });
  });
});

describe("the user of a container", () => {
  const image = "docker.io/library/busybox:1.36.1";
  const refused = (user: string, container: Partial<Container> = {}, spec: object = {}) =>
    adapt([deployment(container, spec)], settings({ imageUsers: { [image]: user } })).problems;

  for (const user of ["", "root", "0", "0:0", "root:root", "app", "app:app"]) {
    it(`that the image gives as "${user}" is refused in the level restricted, with both remedies`, () => {
      assert.match(
        refused(user).join("\n"),
        /runs its container main as .*runAsUser to a number in the values, or podSecurity: baseline/,
      );
    });
  }

  for (const user of ["1000", "1000:1000", "065532"]) {
    it(`that the image gives as "${user}" is none`, () => assert.deepEqual(refused(user), []));
  }

  it("that the container or its pod states counts before the image", () => {
    assert.deepEqual(refused("root", { securityContext: { runAsUser: 1000 } }), []);
    assert.deepEqual(refused("root", {}, { securityContext: { runAsUser: 1000 } }), []);
  });

  it("is the image's business in the level baseline", () => {
    const { problems } = adapt([deployment()], settings({ podSecurity: "baseline", imageUsers: { [image]: "root" } }));
    assert.deepEqual(problems, []);
  });

  it("that nobody states is reported once for the app, init containers too", () => {
    const quiet = deployment({}, { initContainers: [{ name: "init", image }] });
    const told = unstatedUsers([quiet, deployment({ securityContext: { runAsUser: 1 } })], settings());
    assert.match(told!, /The app a: only their images say .*: Deployment web \(init, main\)\. .*podSecurity: baseline/);
    assert.equal(unstatedUsers([quiet], settings({ podSecurity: "baseline" })), undefined);
    assert.equal(unstatedUsers([quiet], settings({ imageUsers: { [image]: "1" } })), undefined);
  });
});
