import assert from "node:assert/strict";
import { labCluster } from "../../cli/clusters/lab";
import { openStack } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { installedPlugin, plugins } from "../../cli/engine/official";
import { run } from "../../shared/process";
import { root } from "../../shared/paths";
import { inLab, npm, outputs, succeeded } from "./support";
import { changesNothing } from "./unchanged";

const KUBERNETES = plugins.find(({ name }) => name === "kubernetes")!;

describe("npm start on a machine without a lab", () => {
  const treeBefore = run("git", ["status", "--porcelain"], { cwd: root }).stdout;

  before("nothing of an earlier lab is there", () => {
    succeeded(npm("stop", "--data"));
  });

  it("starts the dev stack and says what to do next", function () {
    // The first time everything is built.
    this.timeout(2_700_000);
    const started = succeeded(npm("start"));
    assert.match(started.stdout, /crane push image\.tar registry\.homelab\.test/);
    assert.match(started.stdout, /ok +registry +https:\/\/registry\.homelab\.test/);
    // On a machine that has the official plugin, it is taken; else the lab's is the official one too, built here.
    if (installedPlugin(KUBERNETES, { exact: false }) === undefined) {
      assert.match(started.stderr, /the official kubernetes plugin 4\.25\.0, built here/);
    }
    assert.doesNotMatch(started.stderr, /stand-in.* kubernetes/);
  });

  it("shows clients outside of the lab what they need", () => {
    const steps = succeeded(inLab(["pulumi", "stack", "output", "nextSteps", "-s", "dev"]));
    assert.match(steps.stdout, /docker login registry\.homelab\.test/);
  });

  it("previews a stack through the lab", () => {
    succeeded(inLab(["pulumi", "preview", "-s", "homelab", "--policy-pack", "policies"]));
  });

  it("leaves the git tree as it was", () => {
    assert.equal(run("git", ["status", "--porcelain"], { cwd: root }).stdout, treeBefore);
  });

  it("changes nothing when it is run again", () => {
    const again = succeeded(npm("start"));
    assert.match(again.stderr, /\d+ unchanged/);
    assert.doesNotMatch(again.stderr, /\d+ (created|updated|replaced|deleted)/);
  });

  it("finds nothing changed in the cluster either", () => changesNothing(openStack(DEV, labCluster)));

  it("reports every service healthy, as JSON too", () => {
    const health = JSON.parse(succeeded(npm("health", "--json")).stdout) as {
      healthy: boolean;
      services: Array<{ name: string; healthy: boolean }>;
    };
    assert.equal(health.healthy, true);
    assert.deepEqual(
      health.services.map(({ name }) => name),
      ["registry", "registry-ui", "localstack", "disk"],
    );
  });

  it("gives every output of the contract, none of them empty", () => {
    const values = outputs();
    for (const name of [
      "registryUrl",
      "registryHost",
      "registryUsername",
      "registryPassword",
      "registryUiUrl",
      "localstackUrl",
      "localstackRegion",
      "localstackEnvironment",
      "localstackPersistence",
      "caCertificate",
      "nodeRegistriesYaml",
      "dnsRecords",
      "hostsFile",
      "nextSteps",
    ]) {
      assert.ok(values[name], `${name} is ${JSON.stringify(values[name])}`);
    }
    assert.match(String(values.caCertificate), /^-----BEGIN CERTIFICATE-----/);
    assert.doesNotMatch(String(values.nextSteps), new RegExp(String(values.registryPassword)));
  });
});
