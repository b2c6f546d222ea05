/** What the stand-in does besides planning edits: secrets, names, order, charts, failures, refresh, import. */
import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeResource, ScratchStack, errorOf, succeeded, type Declared } from "./stack";

const NAMESPACE = "provider-lifecycle";
const CHART = join(__dirname, "chart");

const kubectl = (...parameters: string[]): string => execFileSync("kubectl", parameters, { encoding: "utf8" });

function object(name: string, apiVersion: string, kind: string, rest: object, options?: Declared["options"]): KubeResource {
  const type = `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
  return new KubeResource({ name, type, inputs: { apiVersion, kind, ...rest }, options });
}

const inside = (name: string): object => ({ metadata: { name, namespace: NAMESPACE } });

class Chart extends pulumi.ComponentResource {
  constructor(name: string, args: pulumi.Inputs, options: pulumi.ComponentResourceOptions = {}) {
    super("kubernetes:helm.sh/v4:Chart", name, args, { version: "4.34.2", ...options } as object, true);
  }
}
class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: Record<string, pulumi.Input<string>>) {
    super("kubernetes", name, args, { version: "4.34.2" } as object);
  }
}

describe("the kubernetes provider on a cluster", function () {
  this.timeout(180_000);
  let stack: ScratchStack;
  before(() => void kubectl("create", "namespace", NAMESPACE));
  after(() => void kubectl("delete", "namespace", NAMESPACE));
  beforeEach(() => {
    stack = new ScratchStack("lifecycle");
  });
  afterEach(async () => {
    succeeded(await stack.destroy());
    stack.discard();
  });

  it("keeps what a Secret carries, and what was secret elsewhere, encrypted in the state", async () => {
    succeeded(
      await stack.up(() => {
        object("login", "v1", "Secret", { ...inside("login"), stringData: { password: "plain-hunter2" } });
        const settings = { ...inside("settings"), data: { open: "seen", closed: pulumi.secret("plain-hunter2") } };
        object("settings", "v1", "ConfigMap", settings);
      }),
    );
    const text = JSON.stringify(stack.state());
    assert.ok(!text.includes("plain-hunter2"));
    assert.ok(!text.includes(Buffer.from("plain-hunter2").toString("base64")));
    assert.ok(text.includes('"open":"seen"'));
    assert.equal(kubectl("-n", NAMESPACE, "get", "secret", "login", "-o", "jsonpath={.data.password}"), "cGxhaW4taHVudGVyMg==");
  });

  it("does not change anything in a second run, however values are spelled", async () => {
    const program = (): void => {
      const metadata = { namespace: NAMESPACE, annotations: { "pulumi.com/skipAwait": "true" }, labels: {} };
      const resources = { requests: { cpu: "0.5", memory: "1024Mi" }, limits: { cpu: 1 } };
      const container = { name: "c", image: "registry.k8s.io/pause:3.6", resources, env: [], args: [] };
      const labels = { app: "spelled" };
      const pod = { hostNetwork: false, containers: [container], volumes: [{ name: "v", emptyDir: {} }] };
      const template = { metadata: { labels }, spec: pod };
      object("spelled", "apps/v1", "Deployment", {
        metadata,
        spec: { replicas: 0, selector: { matchLabels: labels }, template },
      });
      object("service", "v1", "Service", {
        metadata,
        spec: { clusterIP: "", selector: labels, ports: [{ port: 80 }] },
      });
      object("quota", "v1", "ResourceQuota", {
        metadata: { namespace: NAMESPACE },
        spec: { hard: { "limits.cpu": "1000m" } },
      });
    };
    succeeded(await stack.up(program));
    const again = succeeded(await stack.up(program));
    for (const [name, { op }] of again.steps) assert.equal(op, "same", name);
    succeeded(await stack.refresh(program));
    const refreshed = succeeded(await stack.up(program));
    for (const [name, { op }] of refreshed.steps) assert.equal(op, "same", `${name} after a refresh`);
  });

  it("names objects itself, and replaces such an object before it deletes the old one", async () => {
    const program = (value: string) => () => {
      object("settings", "v1", "ConfigMap", { metadata: { namespace: NAMESPACE }, data: { value } });
    };
    succeeded(await stack.up(program("1")));
    const idOf = (): string | undefined => stack.state().find(({ urn }) => urn.endsWith("::settings"))?.id;
    const first = idOf() ?? "";
    assert.match(first, new RegExp(`^${NAMESPACE}/settings-[0-9a-f]{8}$`));
    succeeded(await stack.up(program("2")));
    assert.notEqual(idOf(), first);
    const [, name = ""] = first.split("/");
    assert.equal(kubectl("-n", NAMESPACE, "get", "cm", name, "--ignore-not-found"), "");
  });

  it("tells drift after a refresh, and mends it", async () => {
    const program = (): void => {
      const labels = { colour: "blue" };
      object("settings", "v1", "ConfigMap", { metadata: { name: "settings", namespace: NAMESPACE, labels } });
    };
    succeeded(await stack.up(program));
    kubectl("-n", NAMESPACE, "label", "--overwrite", "cm", "settings", "colour=red");
    succeeded(await stack.refresh(program));
    const planned = succeeded(await stack.preview(program));
    assert.deepEqual(planned.steps.get("settings")?.diff, { "metadata.labels.colour": "update" });
    const conflicted = await stack.up(program);
    assert.match([...conflicted.errors.values()].join(), /field conflict.*patchForce/s);
    kubectl("-n", NAMESPACE, "delete", "cm", "settings");
    succeeded(await stack.refresh(program));
    assert.equal(succeeded(await stack.up(program)).steps.get("settings")?.op, "create");
  });

  it("imports an object, and keeps it as it is", async () => {
    kubectl("create", "namespace", "provider-imported");
    try {
      const program = (): void => {
        const metadata = { name: "provider-imported", labels: { "kubernetes.io/metadata.name": "provider-imported" } };
        const options = { import: "provider-imported", retainOnDelete: true };
        object("imported", "v1", "Namespace", { metadata, spec: { finalizers: ["kubernetes"] } }, options);
      };
      succeeded(await stack.up(program));
      const held = stack.state().find(({ urn }) => urn.endsWith("::imported"));
      assert.equal(held?.id, "provider-imported");
      assert.equal(succeeded(await stack.preview(program)).steps.get("imported")?.op, "same");
    } finally {
      succeeded(await stack.destroy());
      kubectl("delete", "namespace", "provider-imported");
    }
  });

  it("keeps what was created but did not become ready, says why, and mends it with the next run", async () => {
    const program = (wanted: string) => () => {
      const annotations = {
        "pulumi.com/waitFor": `jsonpath={.data.state}=${wanted}`,
        "pulumi.com/timeoutSeconds": "1",
      };
      const metadata = { name: "slow", namespace: NAMESPACE, annotations };
      object("slow", "v1", "ConfigMap", { metadata, data: { state: "on" } });
    };
    const failed = await stack.up(program("off"));
    assert.match(errorOf(failed, "slow"), /successfully created.*failed to fully initialize.*timed out/s);
    const held = stack.state().find(({ urn }) => urn.endsWith("::slow"));
    assert.equal(held?.id, `${NAMESPACE}/slow`);
    assert.equal(held?.initErrors?.length, 1);
    assert.equal(succeeded(await stack.up(program("on"))).steps.get("slow")?.op, "update");
  });

  it("says that an object is there already instead of taking it over", async () => {
    kubectl("-n", NAMESPACE, "create", "cm", "taken");
    const program = (): void => void object("taken", "v1", "ConfigMap", inside("taken"));
    assert.match(errorOf(await stack.up(program), "taken"), /already exists.*pulumi import/s);
    kubectl("-n", NAMESPACE, "delete", "cm", "taken");
  });

  it("installs a chart: each object a resource, in order, in its namespace, its secrets hidden", async () => {
    const program = (): void => {
      const values = { greeting: "good morning", password: pulumi.secret("plain-hunter2") };
      new Chart("sample", { chart: CHART, namespace: NAMESPACE, values });
    };
    succeeded(await stack.up(program));
    const state = stack.state();
    const children = state.filter(({ urn }) => urn.includes("helm.sh/v4:Chart$")).map(({ urn }) => urn.split("$").pop());
    assert.deepEqual(children.sort(), [
      "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition::sample:gadgets.sample.example",
      `kubernetes:core/v1:ConfigMap::sample:${NAMESPACE}/sample-settings`,
      "kubernetes:core/v1:Namespace::sample:sample-space",
      `kubernetes:core/v1:Secret::sample:${NAMESPACE}/sample-login`,
      "kubernetes:core/v1:ServiceAccount::sample:sample-space/worker",
      `kubernetes:sample.example/v1:Gadget::sample:${NAMESPACE}/sample-gadget`,
    ]);
    const text = JSON.stringify(state.filter(({ type }) => type !== "pulumi:pulumi:Stack"));
    assert.ok(!text.includes("plain-hunter2"));
    const settings = JSON.parse(kubectl("-n", NAMESPACE, "get", "cm", "sample-settings", "-o", "json"));
    assert.equal(settings.data.hasDeployments, "true");
    assert.equal(settings.data.kubeVersion, JSON.parse(kubectl("get", "--raw", "/version")).gitVersion);
    for (const [name, { op }] of succeeded(await stack.up(program)).steps) assert.equal(op, "same", name);
    succeeded(await stack.destroy());
    // helm.sh/resource-policy: keep
    assert.equal(kubectl("-n", NAMESPACE, "get", "cm", "sample-settings", "-o", "name"), "configmap/sample-settings\n");
    assert.equal(kubectl("-n", NAMESPACE, "get", "secret", "-o", "name"), "");
  });

  it("renders manifests without a cluster, charts included, and takes them away again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "manifests-"));
    stack.environment.KUBECONFIG = join(folder, "none");
    try {
      const program = (): void => {
        const provider = new Provider("render", { renderYamlToDirectory: join(folder, "out") });
        object("settings", "v1", "ConfigMap", inside("settings"), { provider });
        new Chart("sample", { chart: CHART, namespace: NAMESPACE }, { providers: [provider] });
      };
      const planned = succeeded(await stack.preview(program));
      assert.equal(planned.steps.get(`sample:${NAMESPACE}/sample-gadget`)?.op, "create");
      assert.equal(existsSync(join(folder, "out")), false);
      succeeded(await stack.up(program));
      const written = join(folder, "out", "1-manifest", `v1-configmap-${NAMESPACE}-settings.yaml`);
      assert.match(readFileSync(written, "utf8"), /kind: ConfigMap/);
      assert.ok(
        existsSync(
          join(folder, "out", "0-crd", "apiextensions.k8s.io_v1-customresourcedefinition-default-gadgets.sample.example.yaml"),
        ),
      );
      succeeded(await stack.destroy());
      assert.equal(existsSync(written), false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("previews plain resources when no cluster answers, and says so; a chart needs one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    const path = join(folder, "config");
    const nobody = { server: "https://127.0.0.1:1" };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "nobody", cluster: nobody }],
      contexts: [{ name: "nobody", context: { cluster: "nobody", user: "nobody" } }],
      users: [{ name: "nobody", user: {} }],
      "current-context": "nobody",
    };
    writeFileSync(path, JSON.stringify(config));
    stack.environment.KUBECONFIG = path;
    try {
      const plain = (): void => void object("settings", "v1", "ConfigMap", inside("settings"));
      const planned = succeeded(await stack.preview(plain));
      assert.equal(planned.steps.get("settings")?.op, "create");
      assert.match(planned.warnings.join(), /cluster is unreachable.*ECONNREFUSED/s);
      assert.match([...(await stack.up(plain)).errors.values()].join(), /cluster is unreachable/);
      const chart = await stack.preview(() => void new Chart("sample", { chart: CHART }));
      assert.match([...chart.errors.values()].join(), /unreachable.*renderYamlToDirectory/s);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("refuses what it does not do, and names the official plugin", async () => {
    const refused = async (program: () => void, what: RegExp): Promise<void> => {
      const message = [...(await stack.preview(program)).errors.values()].join();
      assert.match(message, what);
      assert.match(message, /pulumi plugin install resource kubernetes/);
    };
    await refused(() => void object("p", "v1", "NamespacePatch", { metadata: { name: "default" } }), /NamespacePatch/);
    await refused(() => void object("r", "helm.sh/v3", "Release", { chart: CHART }), /helm\.v3\.Release.*helm\.v4\.Chart/s);
    await refused(() => {
      const provider = new Provider("csa", { enableServerSideApply: "false" });
      object("settings", "v1", "ConfigMap", inside("settings"), { provider });
    }, /enableServerSideApply/);
  });
});
