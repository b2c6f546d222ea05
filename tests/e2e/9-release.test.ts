import assert from "node:assert/strict";
import { labCluster } from "../../cli/clusters/lab";
import { deploy } from "../../cli/shared/deploy";
import { EngineFailure, preview, refresh } from "../../cli/engine/run";
import { openStack, pulumi } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { busyboxImage } from "../../lab/images/catalogue";
import { waitFor } from "../../shared/process";
import { fromOutside, THIS_MACHINE } from "./reach";
import { kubectl, kubectlApply, kubectlJson, npm, succeeded } from "./support";

/* An app that helm installs, with its chart's hooks. */

interface Values {
  greeting?: string;
  hookImage?: string;
  serviceType?: string;
}

const hooked = (values: Values = {}, allowedRanges = THIS_MACHINE) => ({
  name: "hooked",
  chart: "./tests/fixtures/charts/hooked",
  install: "release",
  values: { image: busyboxImage(), serviceType: "NodePort", ...values },
  expose: [{ service: "hooked", ports: ["mqtt"], reason: "what this test asks is not HTTPS", allowedRanges }],
  readyWithin: 15,
});

const stackOf = (...apps: object[]) => openStack(DEV, labCluster, { apps, localstack: { enabled: false } });

async function failure(...apps: object[]): Promise<string> {
  return deploy(stackOf(...apps)).then(
    () => assert.fail("it was deployed"),
    (error: Error) => (error instanceof EngineFailure ? error.output : error.message),
  );
}

const greeting = () =>
  succeeded(kubectl("exec", "-n", "hooked", "deployment/hooked", "--", "sh", "-c", 'echo "$GREETING $WORD"')).stdout.trim();

function revisions(): string[] {
  const labels = "owner=helm,name=hooked";
  return kubectlJson<{ items: { metadata: { labels: Record<string, string> } }[] }>("get", "secret", "-n", "hooked", "-l", labels)
    .items.map(({ metadata: { labels: found } }) => `${found.version} ${found.status}`)
    .sort();
}

const said = (job: string) => succeeded(kubectl("logs", "-n", "hooked", `job/${job}`)).stdout.trim();

const becomes = (what: "open" | "closed") =>
  waitFor(
    async () => ((await fromOutside(30883)).includes("200 OK") === (what === "open") ? true : undefined),
    30,
    () => `not ${what}`,
    500,
  );

describe("an app that helm installs", () => {
  before(() => void succeeded(npm("lab", "up")));

  it("is refused for a hook that the policies refuse, before helm begins", async () => {
    const words = await failure(hooked({ hookImage: "docker.io/library/busybox:latest" }));
    assert.match(words, /\[image-references\] Job hooked\/hooked-pre-install: container "hook"/);
    assert.notEqual(kubectl("get", "namespace", "hooked").status, 0);
  });

  it("is refused for a port that it does not declare", async () => {
    const { expose: _none, ...silent } = hooked();
    assert.match(await failure(silent), /Service hooked opens a port on every node \(30883, .*expose: \[\{ service: hooked/);
  });

  it("runs with what its hooks made", async () => {
    await deploy(stackOf(hooked()));
    assert.equal(greeting(), "hello made-by-a-hook");
    assert.equal(said("hooked-pre-install"), "pre-install of hello");
    assert.deepEqual(revisions(), ["1 deployed"]);
  });

  it("is reached from outside at the port that it exposes, as long as a network policy says so", async () => {
    await becomes("open");
    const { ports } = kubectlJson<{ spec: { ports: { name: string }[] } }>(
      "get",
      "service",
      "-n",
      "hooked",
      "hooked-exposed",
    ).spec;
    assert.deepEqual(
      ports.map(({ name }) => name),
      ["mqtt"],
    );
    const policy = ["networkpolicy", "-n", "hooked", "hooked-exposed"];
    const { apiVersion, kind, metadata, spec } = kubectlJson<Record<string, Record<string, unknown>>>("get", ...policy);
    succeeded(kubectl("delete", ...policy));
    await becomes("closed");
    const { name, namespace, labels, annotations } = metadata!;
    succeeded(kubectlApply({ apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec }));
    await becomes("open");
  });

  it("is fitted to the platform", () => {
    const { spec } = kubectlJson<{ spec: { template: { spec: Record<string, unknown> } } }>(
      "get",
      "deployment",
      "-n",
      "hooked",
      "hooked",
    );
    assert.equal(spec.template.spec.enableServiceLinks, false);
    assert.equal(spec.template.spec.automountServiceAccountToken, false);
  });

  it("is not changed by a second deployment, nor by a refresh, and the engine keeps no Secret's word", async () => {
    const stack = stackOf(hooked());
    await preview(stack, { expectNoChanges: true });
    await refresh(stack);
    await preview(stack, { expectNoChanges: true });
    assert.doesNotMatch(pulumi(stack, ["stack", "export"]).stdout, /made-by-a-hook/);
    assert.deepEqual(revisions(), ["1 deployed"]);
  });

  it("is upgraded with its hooks", async () => {
    await deploy(stackOf(hooked({ greeting: "again" }, ["192.0.2.0/24"])));
    assert.equal(greeting(), "again made-by-a-hook");
    assert.equal(said("hooked-post-upgrade"), "post-upgrade of again");
  });

  it("is closed to what is outside of the ranges that it exposes a port to", () => becomes("closed"));

  it("goes back by helm when an upgrade fails, and stays deployable", async () => {
    const words = await failure(hooked({ greeting: "fail" }));
    assert.match(words, /hooked/);
    assert.equal(greeting(), "again made-by-a-hook");
    await deploy(stackOf(hooked({ greeting: "again" })));
    assert.equal(greeting(), "again made-by-a-hook");
  });

  it("is uninstalled with its block", async () => {
    await deploy(stackOf());
    assert.notEqual(kubectl("get", "deployment", "-n", "hooked", "hooked").status, 0);
    assert.doesNotMatch(kubectl("get", "secret", "-n", "hooked", "-o", "name").stdout, /sh\.helm\.release/);
    succeeded(kubectl("delete", "namespace", "hooked"));
  });
});
