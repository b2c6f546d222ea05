import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { clusterOf, type Cluster } from "../../cli/clusters";
import { contextCluster, noCluster } from "../../cli/clusters/context";
import { kindCluster } from "../../cli/clusters/kind";
import { labCluster } from "../../cli/clusters/lab";
import { contextOf, deployedStack, generateStackFile, hostNames, trackedStackFile } from "../../cli/shared/stacks";
import { paths, root } from "../../shared/paths";
import { UserError } from "../../shared/process";

interface Generated {
  encryptionsalt?: string;
  config: Record<string, unknown>;
}

describe("the stack files that Pulumi is given", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stacks-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The cluster, with its stack files in a folder of this test. */
  const here = (cluster: Cluster): Cluster => ({
    ...cluster,
    stackFolder: join(folder, cluster.stackFolder === paths.stacks ? "lab" : "own"),
  });
  const home = contextCluster("homelab");

  const generated = (file: string) => parse(readFileSync(file, "utf8")) as Generated;

  it("have the tracked file's configuration, and what the target adds", () => {
    const { config } = generated(generateStackFile("dev", here(kindCluster)));
    assert.equal(config["homelab:domain"], "homelab.test");
    assert.equal(config["homelab:context"], "kind-pallet-dev");
    assert.deepEqual(config["homelab:routing"], {
      hsts: false,
      port: 5000,
      nodePort: 30500,
      address: "127.0.0.1",
      traefikNamespace: "traefik",
    });
    assert.deepEqual(config["homelab:storage"], { class: "standard", protection: "none" });
  });

  it("leave the tracked file alone", () => {
    const tracked = readFileSync(join(root, "Pulumi.homelab.yaml"), "utf8");
    generateStackFile("homelab", here(home), { registry: { storage: { size: "1Gi" } } });
    assert.equal(readFileSync(join(root, "Pulumi.homelab.yaml"), "utf8"), tracked);
  });

  it("keep the salt that Pulumi wrote into them, or secrets in the state could not be read again", () => {
    const file = generateStackFile("dev", here(kindCluster));
    writeFileSync(file, readFileSync(file, "utf8").replace("{", "{encryptionsalt: 'v1:abc', "));
    assert.equal(generated(generateStackFile("dev", here(kindCluster))).encryptionsalt, "v1:abc");
  });

  it("keep the lab's salt from a cluster of the user's own, whose passphrase is another", () => {
    const file = generateStackFile("homelab", here(labCluster));
    writeFileSync(file, readFileSync(file, "utf8").replace("{", "{encryptionsalt: 'v1:abc', "));
    assert.equal(generated(generateStackFile("homelab", here(home))).encryptionsalt, undefined);
  });

  it("put an override into a section without losing the rest of it", () => {
    const { config } = generated(generateStackFile("homelab", here(home), { storage: { class: "fast" } }));
    assert.deepEqual(config["homelab:storage"], { class: "fast", protection: "retain" });
  });
});

describe("the cluster of a stack", () => {
  it("is the one that its configuration names", async () => {
    const cluster = await clusterOf("homelab");
    assert.deepEqual(cluster.kubectlArguments, ["--context", "homelab"]);
    assert.deepEqual([cluster.purpose, cluster.local, cluster.exists], ["own cluster", false, true]);
  });

  it("is never taken from whatever is current: dev names none and goes to a cluster of this machine", async () => {
    assert.equal(contextOf(trackedStackFile("dev")), undefined);
    assert.equal((await clusterOf("dev")).local, true);
  });

  for (const name of ["nope", "../etc/passwd", ""]) {
    it(`is refused for a stack that does not exist: "${name}"`, () =>
      assert.rejects(
        clusterOf(name),
        (error) => error instanceof UserError && error.exitCode === 2 && /does not exist/.test(error.message),
      ));
  }

  it("passes its context to kubectl, so that the current context plays no part", () => {
    assert.deepEqual(contextCluster("home").kubectlArguments, ["--context", "home"]);
    assert.deepEqual(contextCluster("home", "/k/config").kubectlArguments, ["--context", "home", "--kubeconfig", "/k/config"]);
    assert.deepEqual(kindCluster.kubectlArguments, ["--context", "kind-pallet-dev"]);
    assert.deepEqual(noCluster("home").kubectlArguments, ["--context", "home"]);
  });

  it("is absent where no kubeconfig knows its context, and cannot be started then", async () => {
    const cluster = contextCluster("home", "/nonexistent/config");
    assert.match(cluster.absence() ?? "", /no kubeconfig context "home"/);
    await assert.rejects(async () => cluster.ensureUp("homelab"), /pulumi config set --stack homelab homelab:context/);
  });

  it("has the platform before its apps on a lab where nothing is deployed yet, and nowhere else", () => {
    const config = { "homelab:domain": "home.test", "homelab:apps": [{ name: "todo" }] };
    assert.deepEqual(labCluster.firstPart(config, {}), { "homelab:domain": "home.test" });
    // Also of one whose certificates are somebody else's: its apps would be taken away.
    assert.equal(labCluster.firstPart(config, { registryHost: "registry.home.test", caCertificate: "" }), undefined);
    assert.equal(labCluster.firstPart({ "homelab:domain": "home.test" }, {}), undefined);
    assert.equal(kindCluster.firstPart(config, {}), undefined);
  });
});

describe("the host names of a stack, before it is deployed", () => {
  it("are those of its services under its domain", () => {
    assert.ok(hostNames("dev").includes("registry.homelab.test"));
    assert.ok(hostNames("homelab").includes("registry-ui.homelab.home.arpa"));
    assert.ok(hostNames("another", { config: {} }).includes("registry.homelab.home.arpa"), "the domain that is not given");
  });

  it("are those that are served, and no others", () => {
    const users = [{ name: "ci", password: { secure: "v1:..." } }];
    const config = {
      "homelab:domain": "home.test",
      "homelab:registry": { host: "images.home.test", ui: { enabled: false }, users },
      "homelab:page": { enabled: true },
      "homelab:apps": [
        { name: "todo", chart: "./charts/lumina", route: { service: "frontend", port: 80 } },
        { name: "mqtt", chart: "./charts/lumina" },
      ],
    };
    assert.deepEqual(hostNames("another", { config }).sort(), ["images.home.test", "platform.home.test", "todo.home.test"]);
  });
});

describe("the stack of a pulumi command line", () => {
  const table: [string, string | undefined][] = [
    ["pulumi preview -s homelab --policy-pack policies", "homelab"],
    ["pulumi up --stack dev", "dev"],
    ["pulumi --stack=dev destroy", "dev"],
    ["pulumi up", undefined],
    ["pulumi stack output -s dev", undefined],
    ["pulumi config set -s dev a b", undefined],
    ["kubectl get pods -s dev", undefined],
  ];
  for (const [line, stack] of table) {
    it(`${line}: ${stack ?? "none of its own"}`, () => assert.equal(deployedStack(line.split(" ")), stack));
  }
});
