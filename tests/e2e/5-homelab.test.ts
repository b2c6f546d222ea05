import assert from "node:assert/strict";
import { CONTEXT } from "../../lab/cluster/pki";
import { imageNames } from "../../lab/images/catalogue";
import { labCluster } from "../../cli/clusters/lab";
import { paths } from "../../shared/paths";
import { deploy } from "../../cli/shared/deploy";
import { openStack, type Stack } from "../../cli/shared/pulumi";
import { awaitHealth } from "../../cli/shared/health";
import { inLab, kubectlJson, npm, succeeded } from "./support";
import { changesNothing } from "./unchanged";

describe("the homelab stack on the lab, only its context, image names and emulator overridden", () => {
  let stack: Stack;
  let values: Record<string, unknown>;

  before("it is deployed", async () => {
    succeeded(npm("stop", "--data"));
    succeeded(npm("lab", "up"));
    const overrides = { context: CONTEXT, kubeconfig: paths.kubeconfig, registry: { ui: { image: imageNames.registryUi } } };
    stack = openStack("homelab", labCluster, overrides);
    values = await deploy(stack);
  });

  after(() => {
    succeeded(npm("stop", "--data"));
  });

  it("changes nothing when it is deployed again, nor finds anything changed in the cluster", () => changesNothing(stack));

  it("serves", async () => {
    const health = await awaitHealth(values, 60);
    assert.deepEqual(
      health.services.map(({ name, healthy }) => `${name} ${healthy}`),
      ["registry true", "registry-ui true", "localstack true"],
    );
  });

  it("answers under its own names, with a certificate of its own authority", () => {
    const answer = inLab([
      "curl",
      "--silent",
      "--output",
      "/dev/null",
      "--write-out",
      "%{http_code}",
      "https://registry.homelab.home.arpa/v2/",
    ]);
    assert.equal(answer.stdout, "401", answer.stderr);
  });

  it("has an emulator that keeps its state: MiniStack, where at home localstack-persist does", () => {
    assert.equal(values.localstackPersistence, "effective");
    assert.match(String(values.localstackPersistenceReason), /^MiniStack/);
    const claim = kubectlJson<{ spec: { resources: { requests: { storage: string } } } }>(
      "get",
      "pvc",
      "-n",
      "localstack",
      "localstack-data",
    );
    assert.equal(claim.spec.resources.requests.storage, "20Gi");
  });

  it("has a claim of 30Gi that outlives its stack", () => {
    const claim = kubectlJson<{ spec: { storageClassName: string; resources: { requests: { storage: string } } } }>(
      "get",
      "pvc",
      "-n",
      "registry",
      "registry-data",
    );
    assert.equal(claim.spec.resources.requests.storage, "30Gi");
    assert.equal(claim.spec.storageClassName, "local-path");
  });
});
