import assert from "node:assert/strict";
import { labCluster } from "../../cli/clusters/lab";
import { deploy } from "../../cli/shared/deploy";
import { openStack } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { busyboxImage } from "../../lab/images/catalogue";
import { inLab, kubectl, kubectlApply, kubectlJson, npm, scratch, succeeded } from "./support";

/* Nothing that an app's chart keeps is lost by a deployment that nobody allowed to. */

const NAMESPACE = "stores";

const OTHER = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "other" },
  provisioner: "rancher.io/local-path",
  volumeBindingMode: "WaitForFirstConsumer",
};

const stores = (values: object = {}, more: object = {}) => ({
  name: "stores",
  chart: "./tests/fixtures/charts/stores",
  values: { image: busyboxImage(), ...values },
  readyWithin: 30,
  ...more,
});

const stackOf = (...apps: object[]) => openStack(DEV, labCluster, { apps, localstack: { enabled: false } });

async function refused(...apps: object[]): Promise<string> {
  return deploy(stackOf(...apps)).then(
    () => assert.fail("it was deployed"),
    ({ message }: Error) => message,
  );
}

/** What the two programs wrote when they first ran. */
function photos(): string[] {
  return ["deployment/stores", "statefulset/stores-set"].map((workload) =>
    succeeded(kubectl("exec", "-n", NAMESPACE, workload, "--", "cat", "/data/photo")).stdout.trim(),
  );
}

const claims = () =>
  kubectlJson<{ items: { metadata: { name: string; uid: string } }[] }>("get", "pvc", "-n", NAMESPACE).items.map(
    ({ metadata }) => `${metadata.name} ${metadata.uid}`,
  );

/** The commands that a message tells to run, run as they stand. */
function follow(message: string): void {
  const lines = message.split("\n").filter((line) => /^ {4}kubectl /.test(line));
  assert.ok(lines.length > 0, message);
  for (const line of lines) succeeded(inLab(["sh", "-ec", line.trim()]));
}

const ready = (workload: string) => void succeeded(kubectl("rollout", "status", "-n", NAMESPACE, workload, "--timeout=60s"));

describe("what an app keeps", () => {
  let made: string[];
  let written: string[];
  const begin = async () => {
    await deploy(stackOf(), [NAMESPACE]);
    succeeded(kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found"));
  };

  before(async () => {
    succeeded(npm("lab", "up"));
    await begin();
    succeeded(kubectlApply(OTHER));
  });

  it("stays when a new app fails and is taken away again, and is taken up by the next try", async () => {
    assert.match(await refused(stores({ greeting: "fail" })), /The new app stores did not become ready and was taken away/);
    made = claims();
    assert.equal(made.length, 2);
    await deploy(stackOf(stores()));
    written = photos();
    assert.deepEqual(claims(), made);
  });

  it("outlives the app, and is used again when it comes back", async () => {
    await deploy(stackOf());
    assert.notEqual(kubectl("get", "deployment", "-n", NAMESPACE, "stores").status, 0);
    assert.deepEqual(claims(), made);
    assert.match(await refused(stores({ storageClassName: "other" })), /would be replaced .* storage class local-path to other/);
    await deploy(stackOf(stores()));
    assert.deepEqual([claims(), photos()], [made, written]);
  });

  for (const [what, values, words] of [
    ["class", { storageClassName: "other" }, /would be replaced by an empty one for its storage class local-path to other/],
    ["access mode", { accessMode: "ReadWriteOncePod" }, /for its access mode ReadWriteOnce to ReadWriteOncePod/],
    [
      "class in its StatefulSet",
      { setClassName: "other" },
      /would get other claim templates, .*\/data-stores-set-0 stay as they are/,
    ],
    ["name", { claim: "new" }, /would be left behind with its data, and the app go on with the new and empty stores\/new/],
    ["size, smaller", { size: "32Mi" }, /would become smaller \(64Mi to 32Mi\), which no storage class can do/],
    ["size, larger", { size: "128Mi" }, /its storage class local-path cannot do \(allowVolumeExpansion is not set\)/],
  ] as const) {
    it(`is not touched by another ${what}, which is refused before anything is changed`, async () => {
      const before = kubectl("get", "pods", "-n", NAMESPACE, "-o", "name").stdout;
      assert.match(await refused(stores(values)), words);
      assert.deepEqual([claims(), photos()], [made, written]);
      assert.equal(kubectl("get", "pods", "-n", NAMESPACE, "-o", "name").stdout, before);
    });
  }

  it("is saved from a deletion that is half done, by what is said of it", async () => {
    succeeded(kubectl("delete", "pvc", "-n", NAMESPACE, "stores", "--wait=false"));
    const words = await refused(stores({ greeting: "again" }));
    assert.match(words, /The claim stores\/stores is being deleted since .*; only what still uses it holds it/);
    assert.deepEqual(photos(), written);
    follow(words);
    await deploy(stackOf(stores()));
    ready("deployment/stores");
    assert.deepEqual(photos(), written);
  });

  it("moves to another class by the steps that the refusal shows", async () => {
    const moved = stores({ storageClassName: "other" });
    const words = await refused(moved);
    const [out] = /kubectl .* exec (\S+) -c main -- tar -C \/data -cf - \. > /.exec(words) ?? assert.fail(words);
    const archive = scratch("moved.tar");
    succeeded(inLab(["sh", "-ec", `${out}${archive}`]));
    await deploy(stackOf(moved), ["stores/stores"]);
    ready("deployment/stores");
    const [old, kept] = written;
    const [fresh, untouched] = photos();
    assert.notEqual(fresh, old);
    assert.equal(untouched, kept);
    const [back] = /kubectl .* exec -i POD -c main -- tar -C \/data -xf - < /.exec(words) ?? assert.fail(words);
    succeeded(inLab(["sh", "-ec", `${back.replace("POD", "deploy/stores")}${archive}`]));
    assert.deepEqual(photos(), written);
    const { spec } = kubectlJson<{ spec: { storageClassName: string } }>("get", "pvc", "-n", NAMESPACE, "stores");
    assert.equal(spec.storageClassName, "other");
  });

  it("goes only when it is allowed by its name, where nothing protects it", async () => {
    const unprotected = stores({ storageClassName: "other" }, { protection: "none" });
    await deploy(stackOf(unprotected));
    made = claims();
    // As a chart's claims were before they were protected.
    await deploy(stackOf(stores({ storageClassName: "other" })));
    assert.deepEqual([claims(), photos()], [made, written]);
    await deploy(stackOf(unprotected));
    const words = await refused();
    assert.match(words, /namespace stores would be deleted, and with it the claims .*stores\/stores/);
    assert.match(words, /npm start -- --allow-delete stores$/m);
    assert.deepEqual(photos(), written);
    await deploy(stackOf(), [NAMESPACE]);
    assert.notEqual(kubectl("get", "namespace", NAMESPACE).status, 0);
  });

  it("outlives an app that helm installs, and is used again when it comes back", async () => {
    await begin();
    const app = stores({}, { install: "release" });
    await deploy(stackOf(app));
    [made, written] = [claims(), photos()];
    await deploy(stackOf());
    assert.deepEqual(claims(), made);
    assert.notEqual(kubectl("get", "deployment", "-n", NAMESPACE, "stores").status, 0);
    await deploy(stackOf(app));
    assert.deepEqual([claims(), photos()], [made, written]);
    await deploy(stackOf(), [NAMESPACE]);
  });

  after(() => {
    kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found");
    kubectl("delete", "storageclass", "other", "--ignore-not-found");
  });
});
