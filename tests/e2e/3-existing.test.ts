/** Creating an object that exists: refused by the lab's plugin as by newer releases at home, unless it is to be taken over. */
import * as k8s from "@pulumi/kubernetes";
import * as automation from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { connectCluster, connectKeeper, protectionOptions } from "../../components/builders/cluster";
import { CONTEXT } from "../../lab/cluster/pki";
import { paths } from "../../shared/paths";
import { devStackIsUp, kubectl, kubectlApply, kubectlJson, scratch, succeeded } from "./support";

const NAMESPACE = "existing";
const cluster = { context: CONTEXT, kubeconfig: paths.kubeconfig };
const stranger = () => connectCluster("stranger", cluster, {});
const keeper = () => connectKeeper("keeper", cluster, {});

interface Held {
  metadata: { uid: string };
  data?: Record<string, string>;
}

const held = (kind: string, name: string) => kubectlJson<Held>("get", kind, "-n", NAMESPACE, name);

/** A ConfigMap of somebody else's. */
function theirs(name: string): Held {
  const metadata = { name, namespace: NAMESPACE };
  succeeded(kubectlApply({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { owner: "theirs" } }));
  return held("configmap", name);
}

const ours = (name: string, provider: k8s.Provider) =>
  new k8s.core.v1.ConfigMap("map", { metadata: { name, namespace: NAMESPACE }, data: { owner: "ours" } }, { provider });

describe("an object that exists", () => {
  const state = scratch("existing-state");

  const stackOf = (stackName: string, program: () => void) =>
    automation.LocalWorkspace.createOrSelectStack(
      { stackName, projectName: "existing", program: () => Promise.resolve(program()) },
      { envVars: { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE: "scratch" } },
    );

  before("the lab and a namespace are there", () => {
    devStackIsUp();
    mkdirSync(state);
    succeeded(kubectlApply({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } }));
  });
  after(() => {
    succeeded(kubectl("delete", "namespace", NAMESPACE, "--wait=false"));
  });

  it("is not created again: the deployment fails with the cause and leaves the object alone", async () => {
    const before = theirs("taken");
    const stack = await stackOf("refused", () => ours("taken", stranger()));
    await assert.rejects(stack.up(), /taken" already exists/);
    await stack.destroy();
    assert.deepEqual(held("configmap", "taken"), before);
  });

  it("is taken over by the connection for what outlives its stack", async () => {
    const { metadata } = theirs("adopted");
    await (await stackOf("adopted", () => ours("adopted", keeper()))).up();
    const after = held("configmap", "adopted");
    assert.deepEqual([after.data, after.metadata.uid], [{ owner: "ours" }, metadata.uid]);
  });

  it("is what a patch is for", async () => {
    theirs("patched");
    const program = () =>
      new k8s.core.v1.ConfigMapPatch(
        "patch",
        { metadata: { name: "patched", namespace: NAMESPACE }, data: { more: "ours" } },
        { provider: stranger() },
      );
    await (await stackOf("patched", program)).up();
    assert.deepEqual(held("configmap", "patched").data, { owner: "theirs", more: "ours" });
  });

  it("comes back as the retained claim that it was: destroyed and deployed again", async () => {
    const program = () =>
      new k8s.core.v1.PersistentVolumeClaim(
        "claim",
        {
          metadata: { name: "kept", namespace: NAMESPACE, annotations: { "pulumi.com/skipAwait": "true" } },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
        },
        protectionOptions("retain", keeper()),
      );
    const stack = await stackOf("kept", program);
    await stack.up();
    const { uid } = held("pvc", "kept").metadata;
    await stack.destroy();
    assert.equal(held("pvc", "kept").metadata.uid, uid);
    assert.equal((await stack.up()).summary.resourceChanges?.create, 3);
    assert.equal(held("pvc", "kept").metadata.uid, uid);
    assert.deepEqual((await stack.preview()).changeSummary, { same: 3 });
  });

  it("is no hindrance to a Secret that is replaced under a new name", async () => {
    let value = "one";
    const program = () =>
      new k8s.core.v1.Secret(
        "secret",
        { metadata: { namespace: NAMESPACE }, stringData: { value } },
        { provider: new k8s.Provider("replacing", cluster) },
      );
    const stack = await stackOf("replaced", program);
    await stack.up();
    value = "two";
    assert.equal((await stack.up()).summary.resourceChanges?.replace, 1);
    await stack.destroy();
  });
});
