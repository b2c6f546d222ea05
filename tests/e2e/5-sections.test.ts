import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { labCluster } from "../../cli/clusters/lab";
import { deploy } from "../../cli/shared/deploy";
import { certificatesIn } from "../../cli/shared/authority/judge";
import { checkAll } from "../../cli/shared/health";
import { openStack, pulumi, type Stack } from "../../cli/shared/pulumi";
import { buildImage } from "../../lab/images/image";
import { sqliteImage } from "../../lab/images/sqlite";
import { waitFor } from "../../shared/process";
import { declared } from "./aws/emulator";
import { reach } from "./reach";
import { inLab, kubectl, kubectlApply, npm, scratch, succeeded } from "./support";
import { changesNothing } from "./unchanged";

interface State {
  deployment: {
    resources: { urn: string; dependencies?: string[]; propertyDependencies?: Record<string, string[]> }[];
  };
}

/* Every section of the configuration switched on at once, with every key that registers something more. */

const image = "writer/named:1";
const storage = { size: "64Mi", protection: "none" };

function sections(archive: string, moreApps: object[] = [], authority = "An authority of a test"): Record<string, unknown> {
  const quota = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" }, storage: "5Gi", pods: 10 };
  return {
    certificates: { mode: "ownCa", commonName: authority },
    routing: { hsts: true, tuneTraefik: true, nodePort: 30500, allowedRanges: ["10.0.0.0/8"] },
    namespaces: [{ name: "apps", podSecurity: "restricted", pullSecret: true, quota }],
    registry: {
      username: "admin",
      allowDelete: true,
      metrics: true,
      storage: { size: "1Gi" },
      ui: { enabled: true, allowDelete: true },
    },
    localstack: { enabled: true, flavor: "ministack", ...declared, secrets: [], corsOrigins: ["https://app.homelab.test"] },
    admission: { enabled: true },
    page: { enabled: true },
    artifacts: [{ name: "agents/plan:v1", file: "tests/fixtures/agents/plan.json", mediaType: "application/json" }],
    apps: [
      {
        name: "writer",
        chart: "./tests/fixtures/charts/writer",
        values: { image, claim: "writer-data", podSecurityContext: { runAsUser: 1000 } },
        images: { fromPlatform: true, push: [{ name: image, archive }] },
        secrets: [{ name: "writer-key", keys: [{ key: "KEY", generate: 48 }], environmentOf: ["writer"] }],
        quota,
        linterAnnotations: true,
        readyWithin: 90,
        database: {
          kind: "sqlite",
          workload: "writer",
          file: "/data/app.db",
          claim: "writer-data",
          storage,
          backup: { every: 1, keep: 2, image, storage },
        },
      },
      ...moreApps,
    ],
  };
}

describe("a stack with every section switched on", () => {
  let stack: Stack;
  let values: Record<string, unknown>;
  const archive = scratch("writer.tar");

  before("it is deployed", async () => {
    succeeded(npm("stop", "--data"));
    succeeded(npm("lab", "up"));
    await buildImage(await sqliteImage(image), archive);
    stack = openStack("dev", labCluster, sections(archive));
    values = await deploy(stack);
  });

  after(() => {
    succeeded(npm("stop", "--data"));
  });

  it("changes nothing when it is deployed again, nor finds anything changed in the cluster", () => changesNothing(stack));

  it("keeps the registry's metrics from whom no policy names", () => {
    assert.equal(reach(["kube-system", "deployment/traefik"], ["registry", "registry-metrics", "/metrics"]), "closed");
    const asked = 'printf "GET /metrics HTTP/1.0\\r\\n\\r\\n" | nc -w 3 127.0.0.1 5001';
    assert.match(
      succeeded(kubectl("exec", "-n", "registry", "deployment/registry", "--", "sh", "-c", asked)).stdout,
      /^registry_/m,
    );
  });

  it("has a page with the next steps and the authority's certificate, and nothing else", () => {
    const get = (path: string) => inLab(["curl", "--silent", "--include", `${String(values.pageUrl)}${path}`]).stdout;
    const page = get("/");
    assert.match(page, /^HTTP\/2 200/);
    assert.match(page, /^content-security-policy: default-src 'none'; /m);
    assert.match(page, /<h2>Log in and push<\/h2>/);
    assert.ok(get("/homelab-ca.crt").includes(String(values.caCertificate).trim()));
    assert.match(get("/nginx.conf"), /^HTTP\/2 404/);
  });

  describe("one app that fails beside one that is well", () => {
    const labelled = (name: string, chartValues: object) => ({
      name,
      chart: "./tests/fixtures/charts/labelled",
      values: { image, ...chartValues },
      images: { fromPlatform: true },
    });
    const withApps = (...more: object[]) => openStack("dev", labCluster, sections(archive, more));
    const release = () =>
      succeeded(kubectl("get", "deployment/good", "-n", "good", "-o", "jsonpath={..env[?(@.name=='RELEASE')].value}")).stdout;

    before(() => deploy(withApps(labelled("good", {}))));

    it("is removed again alone, with its full cause at the end of the output", async () => {
      const apps = [
        labelled("good", { release: "two" }),
        labelled("new", { release: "two" }),
        labelled("bad", { label: "other" }),
      ];
      const words = await deploy(withApps(...apps)).then(
        () => assert.fail("it was deployed"),
        (error: Error) => error.message,
      );
      assert.match(words, /The new app bad did not become ready and was taken away again/);
      assert.match(
        words,
        /The cause:\n.*Deployment homelab-app-bad-chart:bad\/bad\n[^]*`selector` does not match template `labels`\s*$/,
      );
      assert.equal(release(), "two");
      succeeded(kubectl("rollout", "status", "deployment/new", "-n", "new", "--timeout=30s"));
      assert.equal(succeeded(kubectl("get", "deployments", "-n", "bad", "-o", "name")).stdout, "");
    });

    it("is rolled back alone", async () => {
      const apps = [labelled("good", { release: "three" }), { ...labelled("new", { run: "exit 1" }), readyWithin: 15 }];
      await assert.rejects(deploy(withApps(...apps)), /The app new did not become ready and was rolled back[^]*The cause:/);
      assert.equal(release(), "three");
      succeeded(kubectl("rollout", "status", "deployment/new", "-n", "new", "--timeout=30s"));
    });

    after(async () => {
      await deploy(withApps());
      ["good", "new", "bad"].forEach((name) => succeeded(kubectl("delete", "namespace", name, "--ignore-not-found")));
    });
  });

  describe("after its state has lost objects that are in the cluster", () => {
    const state = () => JSON.parse(pulumi(stack, ["stack", "export"]).stdout) as State;
    const urns = () => state().deployment.resources.map(({ urn }) => urn);

    /** The state without these resources, as an older one would be. */
    function forget(...ends: string[]): void {
      const { deployment, ...rest } = state();
      const lost = urns().filter((urn) => ends.some((end) => urn.endsWith(end)));
      assert.equal(lost.length, ends.length);
      const without = (list?: string[]) => list?.filter((urn) => !lost.includes(urn));
      const resources = deployment.resources
        .filter(({ urn }) => !lost.includes(urn))
        .map(({ dependencies, propertyDependencies = {}, ...resource }) => ({
          ...resource,
          dependencies: without(dependencies),
          propertyDependencies: Object.fromEntries(
            Object.entries(propertyDependencies).map(([key, list]) => [key, without(list)]),
          ),
        }));
      const file = scratch("older-state.json");
      writeFileSync(file, JSON.stringify({ ...rest, deployment: { ...deployment, resources } }));
      const imported = pulumi(stack, ["stack", "import", "--file", file]);
      assert.equal(imported.status, 0, imported.stderr);
    }

    it("takes them up, and makes nothing twice", async () => {
      const before = urns().sort();
      forget("::homelab-registry-deployment", "::homelab-registry-traffic", "Deployment::homelab-app-writer-chart:writer/writer");
      assert.equal(urns().length, before.length - 3);
      await deploy(stack);
      assert.deepEqual(urns().sort(), before);
      await changesNothing(stack);
    });

    it("does not take what somebody else has made", async () => {
      forget("::homelab-registry-traffic");
      const policy = {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "registry", namespace: "registry" },
      };
      succeeded(kubectl("delete", "networkpolicy", "registry", "-n", "registry"));
      succeeded(kubectlApply({ ...policy, spec: { podSelector: {} } }));
      await assert.rejects(deploy(stack), /"registry\/registry" already exists/);
      succeeded(kubectl("delete", "networkpolicy", "registry", "-n", "registry"));
      await deploy(stack);
    });
  });

  describe("after somebody changed it by hand", () => {
    const objects = (): Promise<string[]> =>
      checkAll(stack, values).then(({ services }) =>
        services.filter(({ healthy }) => !healthy).map(({ name, url, detail }) => `${name} ${url}: ${detail}`),
      );

    before("scaled, edited, taken over, deleted", () => {
      succeeded(kubectl("scale", "deployment/registry", "-n", "registry", "--replicas=2"));
      const account = Buffer.from("guest:no hash").toString("base64");
      const patch = JSON.stringify({ data: { htpasswd: account } });
      succeeded(kubectl("patch", "secret", "registry-htpasswd", "-n", "registry", "--type=merge", "-p", patch));
      const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "registry-config", namespace: "registry" } };
      const taken = JSON.stringify({ ...config, data: { "config.yml": "version: 0.1" } });
      const args = ["kubectl", "apply", "--server-side", "--force-conflicts", "--field-manager=somebody", "-f", "-"];
      succeeded(inLab(args, { input: taken }));
      succeeded(kubectl("delete", "ingressroute", "registry-https", "-n", "registry"));
    });

    it("is reported with what, where and by whom", async () => {
      const told = (await objects()).join("\n");
      assert.match(told, /^Deployment registry\/registry: spec\.replicas is 2 instead of 1 \(by kubectl/m);
      assert.match(told, /^Secret registry\/registry-htpasswd: data\.htpasswd was changed \(by kubectl-patch/m);
      assert.match(told, /^ConfigMap registry\/registry-config: data\.config\.yml was changed \(by somebody/m);
      assert.match(told, /^IngressRoute registry\/registry-https: is gone/m);
      assert.doesNotMatch(told, /no hash/);
    });

    it("is set right by the next deployment, whoever owns the fields, and is at rest again", async () => {
      await deploy(stack);
      // The kubelet takes up to a minute and a half to bring a Secret to a running pod.
      let left: string[] = [];
      const none = async () => ((left = await objects()).length === 0 ? true : undefined);
      await waitFor(none, 120, () => left.join("\n"), 2000);
      await changesNothing(stack);
    });
  });

  describe("after its authority became another", () => {
    const subject = () => new X509Certificate(String(values.caCertificate)).subject;
    const unwell = async () =>
      (await checkAll(stack, values)).services.filter(({ healthy }) => !healthy).map(({ name, detail }) => `${name}: ${detail}`);

    it("by a new name: clients get both, and what the former one signed stays in use until they know the new one", async () => {
      const former = String(values.caCertificate);
      const renamed = openStack("dev", labCluster, sections(archive, [], "Another authority of a test"));
      const page = (authority: string) => {
        const file = scratch("authority.crt");
        writeFileSync(file, authority);
        return inLab([
          "curl",
          "--silent",
          "--cacert",
          file,
          "--output",
          "/dev/null",
          "--write-out",
          "%{http_code}",
          `${String(values.registryUrl)}/v2/`,
        ]);
      };
      values = await deploy(renamed);
      assert.equal(subject(), "CN=Another authority of a test");
      assert.deepEqual(certificatesIn(String(values.caCertificate)).slice(1), [former]);
      for (const authority of [former, String(values.caCertificate)]) assert.equal(page(authority).stdout, "401");
      assert.deepEqual(await unwell(), []);

      values = await deploy(renamed, [], true);
      assert.equal(certificatesIn(String(values.caCertificate)).length, 1);
      assert.equal(page(String(values.caCertificate)).stdout, "401");
      assert.notEqual(page(former).stdout, "401");
      assert.deepEqual(await unwell(), []);
    });

    it("by the loss of its key: health reports it before clients fail, and the next deployment repairs it", async () => {
      succeeded(kubectl("delete", "secret", "homelab-ca", "-n", "cert-manager"));
      const signing = () =>
        kubectl("get", "secret", "homelab-ca", "-n", "cert-manager", "-o", "jsonpath={.data['tls\\.crt']}").stdout;
      await waitFor(
        () => signing() || undefined,
        60,
        () => "cert-manager made no root",
      );
      const told = (await unwell()).join("\n");
      assert.match(told, /^authority: the root that signs is "Another authority of a test" now, which clients were not told/m);
      values = await deploy(stack);
      assert.equal(Buffer.from(signing(), "base64").toString(), certificatesIn(String(values.caCertificate))[0]);
      assert.deepEqual(await unwell(), []);
    });
  });
});
