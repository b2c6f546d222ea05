import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { clusterArguments } from "../../cli/shared/contexts";
import { contextOf, deployedStack, generateStackFile, hostNames, targetOf, trackedStackFile } from "../../cli/shared/stacks";
import { paths, root } from "../../shared/paths";
import { UserError } from "../../shared/process";

interface Generated {
  encryptionsalt?: string;
  config: Record<string, unknown>;
}

describe("the stack files that Pulumi is given", () => {
  const { stacks, ownStacks } = paths;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stacks-"));
    Object.assign(paths, { stacks: join(folder, "lab"), ownStacks: join(folder, "own") });
  });
  afterEach(() => {
    Object.assign(paths, { stacks, ownStacks });
    rmSync(folder, { recursive: true });
  });

  const generated = (file: string) => parse(readFileSync(file, "utf8")) as Generated;

  it("have the tracked file's configuration, and what the target adds", () => {
    const { config } = generated(generateStackFile("dev", { kind: "kind" }));
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
    generateStackFile("homelab", { kind: "context", context: "homelab" }, { registry: { storage: { size: "1Gi" } } });
    assert.equal(readFileSync(join(root, "Pulumi.homelab.yaml"), "utf8"), tracked);
  });

  it("keep the salt that Pulumi wrote into them, or secrets in the state could not be read again", () => {
    const file = generateStackFile("dev", { kind: "kind" });
    writeFileSync(file, readFileSync(file, "utf8").replace("{", "{encryptionsalt: 'v1:abc', "));
    assert.equal(generated(generateStackFile("dev", { kind: "kind" })).encryptionsalt, "v1:abc");
  });

  it("keep the lab's salt from a cluster of the user's own, whose passphrase is another", () => {
    const file = generateStackFile("homelab", { kind: "lab" });
    writeFileSync(file, readFileSync(file, "utf8").replace("{", "{encryptionsalt: 'v1:abc', "));
    assert.equal(generated(generateStackFile("homelab", { kind: "context", context: "x" })).encryptionsalt, undefined);
  });

  it("put an override into a section without losing the rest of it", () => {
    const { config } = generated(generateStackFile("homelab", { kind: "context", context: "x" }, { storage: { class: "fast" } }));
    assert.deepEqual(config["homelab:storage"], { class: "fast", protection: "retain" });
  });
});

describe("the cluster of a stack", () => {
  it("is the one that its configuration names", () => {
    assert.deepEqual(targetOf("homelab"), { kind: "context", context: "homelab" });
  });

  it("is never taken from whatever is current: dev names none and goes to a cluster of this machine", () => {
    assert.equal(contextOf(trackedStackFile("dev")), undefined);
    assert.notEqual(targetOf("dev").kind, "context");
  });

  for (const name of ["nope", "../etc/passwd", ""]) {
    it(`is refused for a stack that does not exist: "${name}"`, () => {
      assert.throws(
        () => targetOf(name),
        (error) => error instanceof UserError && error.exitCode === 2 && /does not exist/.test(error.message),
      );
    });
  }
});

describe("the host names of a stack, before it is deployed", () => {
  it("are those of its services under its domain", () => {
    assert.ok(hostNames("dev").includes("registry.homelab.test"));
    assert.ok(hostNames("homelab").includes("registry-ui.homelab.home.arpa"));
    assert.ok(hostNames("another", { config: {} }).includes("registry.homelab.home.arpa"), "the domain that is not given");
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

describe("kubectl for a stack", () => {
  it("is told the cluster, so that the current context plays no part", () => {
    assert.deepEqual(clusterArguments({ name: "homelab", target: { kind: "context", context: "home" } }), ["--context", "home"]);
    assert.deepEqual(clusterArguments({ name: "homelab", target: { kind: "context", context: "home" } }, "/k/config"), [
      "--context",
      "home",
      "--kubeconfig",
      "/k/config",
    ]);
    assert.deepEqual(clusterArguments({ name: "dev", target: { kind: "kind" } }), ["--context", "kind-pallet-dev"]);
  });
});
