/** Awaiting what needs a node: pods, claims, services, jobs; and what is said when they do not come up. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { KubeResource, ScratchStack, errorOf, succeeded } from "./stack";

const NAMESPACE = "provider-workloads";
/** Images that every node of the lab has. */
const PAUSE = "registry.k8s.io/pause:3.6";
const SHELL = "docker.io/library/busybox:1.35.0";

const kubectl = (...parameters: string[]): string =>
  execFileSync("kubectl", ["-n", NAMESPACE, ...parameters], { encoding: "utf8" });

function declare(apiVersion: string, kind: string, name: string, rest: object, annotations = {}): KubeResource {
  const type = `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
  const metadata = { name, namespace: NAMESPACE, annotations };
  return new KubeResource({ name, type, inputs: { apiVersion, kind, metadata, ...rest } });
}

const container = (image: string, more: object = {}): object => ({
  name: "c",
  image,
  imagePullPolicy: "IfNotPresent",
  ...more,
});

function pods(name: string, containers: object[], more: object = {}): object {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers, ...more } };
  return { selector: { matchLabels: labels }, template };
}

const deployment = (name: string, image: string, seconds: number, more: object = {}): KubeResource =>
  declare("apps/v1", "Deployment", name, { spec: pods(name, [container(image)], more) }, timeout(seconds));
const timeout = (seconds: number): object => ({ "pulumi.com/timeoutSeconds": String(seconds) });

describe("the kubernetes provider awaits what it makes", function () {
  this.timeout(300_000);
  const stack = new ScratchStack("workloads");
  before(() => void execFileSync("kubectl", ["create", "namespace", NAMESPACE]));
  afterEach(async () => {
    succeeded(await stack.destroy());
  });
  after(() => {
    stack.discard();
    execFileSync("kubectl", ["delete", "namespace", NAMESPACE]);
  });

  it("a Deployment with a claim that waits for it, its Service, a StatefulSet and a Job, all at once", async () => {
    const program = (): void => {
      const requests = { storage: "1Mi" };
      const claim = { accessModes: ["ReadWriteOnce"], storageClassName: "local-path", resources: { requests } };
      declare("v1", "PersistentVolumeClaim", "data", { spec: claim });
      deployment("web", PAUSE, 120, { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] });
      declare("v1", "Service", "web-service", { spec: { selector: { app: "web" }, ports: [{ port: 80 }] } });
      declare("apps/v1", "StatefulSet", "member", {
        spec: { serviceName: "member", ...pods("member", [container(PAUSE)]) },
      });
      const { template } = pods("task", [container(SHELL, { command: ["true"] })], { restartPolicy: "Never" }) as {
        template: object;
      };
      declare("batch/v1", "Job", "task", { spec: { template } }, timeout(120));
    };
    succeeded(await stack.up(program));
    const held = new Map(stack.state().map((resource) => [resource.urn.split("::").pop(), resource.outputs as any]));
    assert.equal(held.get("web").status.availableReplicas, 1);
    assert.equal(held.get("member").status.readyReplicas, 1);
    assert.equal(held.get("task").status.succeeded, 1);
    assert.match(kubectl("get", "endpointslices", "-l", "kubernetes.io/service-name=web-service", "-o", "yaml"), /ready: true/);
    for (const [name, { op }] of succeeded(await stack.up(program)).steps) assert.equal(op, "same", name);
    succeeded(await stack.destroy());
    assert.equal(kubectl("get", "deployments,statefulsets,jobs,pods,pvc", "-o", "name"), "");
  });

  it("says which container of a Deployment keeps it from being ready, keeps it in the state and repairs it", async () => {
    const failed = await stack.up(() => void deployment("broken", "registry.invalid/none:1", 8));
    const message = errorOf(failed, "broken");
    assert.match(message, /failed to fully initialize or become live: 'broken' timed out waiting to be Ready/);
    assert.match(message, /Pod provider-workloads\/broken-.*\[(ErrImagePull|ImagePullBackOff)\]/);
    assert.equal(stack.state().find(({ urn }) => urn.endsWith("::broken"))?.id, `${NAMESPACE}/broken`);
    const repaired = succeeded(await stack.up(() => void deployment("broken", PAUSE, 120)));
    assert.equal(repaired.steps.get("broken")?.op, "update");
  });

  it("fails at once when a Job fails", async () => {
    const { template } = pods("fails", [container(SHELL, { command: ["false"] })], { restartPolicy: "Never" }) as {
      template: object;
    };
    const failed = await stack.up(() => void declare("batch/v1", "Job", "fails", { spec: { backoffLimit: 0, template } }));
    assert.match(errorOf(failed, "fails"), /Job failed: \[BackoffLimitExceeded\]/);
  });

  it("does not wait for what says so", async () => {
    const skip = { "pulumi.com/skipAwait": "true" };
    succeeded(
      await stack.up(
        () =>
          void declare("apps/v1", "Deployment", "never", { spec: pods("never", [container("registry.invalid/none:1")]) }, skip),
      ),
    );
  });
});
