import assert from "node:assert/strict";
import { adapt, additions, closedApi, type KubeObject } from "../../components/services/apps/adapt";
import { adaptSettings as settings } from "./adaptSettings";

/* What the adapter fills in is said once for an app. */

const amounts = { cpu: "100m", memory: "64Mi" };
const resources = { requests: amounts, limits: amounts };
const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, runAsNonRoot: true };

function deployment(name: string, ...containers: object[]): KubeObject {
  const template = { spec: { containers: containers.map((one, index) => ({ name: `c${index}`, image: "web:1", ...one })) } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name }, spec: { template } };
}

describe("what the platform fills in", () => {
  it("is said in one sentence for all workloads of an app, with their containers", () => {
    const objects = [
      deployment("web", {}, { resources, securityContext }),
      deployment("worker", { resources: { ...resources, limits: null }, securityContext }),
      deployment("quiet", { resources, securityContext }),
    ];
    assert.equal(
      additions(objects, settings()),
      "The app a: its chart leaves out, and the platform fills in, requests and limits (cpu 50m to 500m, memory 64Mi to 512Mi): " +
        "Deployment web (c0), Deployment worker (c0); and no capabilities, no more privileges, not as root: Deployment web (c0). " +
        "Where a program needs more, set it in the values",
    );
  });

  it("is limits alone below the level restricted", () => {
    assert.match(
      additions([deployment("web", {})], settings({ podSecurity: "baseline" }))!,
      /memory [^:]*: Deployment web \(c0\)\. W/,
    );
    assert.equal(additions([deployment("web", { resources })], settings({ podSecurity: "baseline" })), undefined);
  });

  it("is nothing where the chart says all, nor where the platform has been already", () => {
    assert.equal(additions([deployment("web", { resources, securityContext })], settings()), undefined);
    const adapted = adapt([deployment("web", {}, {})], settings()).objects;
    assert.equal(additions(adapted, settings()), undefined);
  });

  it("is no token for pods with an account of their own that the chart gives no rights; nothing is reported for the default account", () => {
    const web = deployment("web", { resources, securityContext });
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "web" } };
    const withAccount = (more: object = {}) => {
      const object = structuredClone(web);
      Object.assign(object.spec!.template!.spec, { serviceAccountName: "web", ...more });
      return object;
    };
    const told = (...objects: object[]) => additions(objects as KubeObject[], settings());
    assert.match(
      told(withAccount(), account)!,
      /no token for the API server, .*: Deployment web \(web\)\. Where a program needs more/,
    );
    assert.equal(told(web), undefined);
    assert.equal(told(withAccount({ automountServiceAccountToken: true }), account), undefined);
    assert.equal(told(withAccount()), undefined);
    const binding = { kind: "RoleBinding", metadata: { name: "b" }, subjects: [{ kind: "ServiceAccount", name: "web" }] };
    assert.equal(told(withAccount(), account, { apiVersion: "rbac.authorization.k8s.io/v1", ...binding }), undefined);
  });

  it("is reported for pods with a token for the API server where the namespace closes the way to it", () => {
    const web = deployment("web", {});
    const speaking = deployment("watcher", {});
    Object.assign(speaking.spec!.template!.spec, { automountServiceAccountToken: true });
    const told = (egress: "open" | "internet" | "platform", ...objects: KubeObject[]) => closedApi(objects, settings(), egress);
    assert.match(
      told("internet", web, speaking)!,
      /^The app a: egress: internet closes the way to the Kubernetes API.*: Deployment watcher\. Set/,
    );
    assert.equal(told("platform", web), undefined);
    assert.equal(told("open", speaking), undefined);
  });

  it("is nothing of what is no pod, whatever it is", () => {
    const odd = [
      { apiVersion: "v1", kind: "Pod", metadata: null },
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, spec: null },
      { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" }, spec: { template: { spec: null } } },
    ];
    assert.equal(additions(odd as unknown as KubeObject[], settings()), undefined);
    assert.deepEqual(
      adapt([{ apiVersion: "v1", kind: "Pod", metadata: { name: "x" } }] as KubeObject[], settings()).problems,
      [],
    );
  });
});
