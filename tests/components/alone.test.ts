import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { connectCluster, HelmApp, Issuer, Localstack, Namespace, Registry, routerPeers, settings } from "../../components";
import { assertGraph } from "./graph";
import { object, objects } from "./objects";
import { record, type Run } from "./recorder";

/* The components as another program uses them: without the platform, with as little as can be said. */

type RegistryArgs = ConstructorParameters<typeof Registry>[1];

function recordRegistry(more: Partial<RegistryArgs> = {}, transformations?: pulumi.ResourceTransformation[]): Promise<Run> {
  return record(() => {
    const providers = [connectCluster("home-cluster", { context: "home" }, {})];
    const registry = new Registry(
      "images",
      { host: "images.example.test", issuer: issuer(providers), storage: { protection: "none" }, ...more },
      { providers, transformations },
    );
    return { url: registry.url, claim: registry.nodes.volume?.claimName };
  });
}

const issuer = (providers: pulumi.ProviderResource[]) =>
  new Issuer("ca", { certificates: { mode: "ownCa", commonName: "Home" } }, { providers });

describe("a component alone", () => {
  it("Registry: a host and an issuer are enough; what is left out is as in the configuration", async () => {
    const run = await recordRegistry();
    assertGraph(run);
    assert.equal(run.outputs.url, "https://images.example.test");
    assert.equal(run.outputs.claim, "registry-data");
    const { registry } = settings({ domain: "example.test" });
    const claim = object(run, "PersistentVolumeClaim", "registry-data");
    assert.equal(claim.spec.resources.requests.storage, registry.storage.size);
    assert.equal(claim.spec.storageClassName, registry.storage.class);
    const [pod] = podsOf(run);
    assert.deepEqual(
      pod!.containers.map(({ image }) => image),
      [registry.image, registry.gate.image],
    );
  });

  it("Registry: what is said counts, and undefined is not said", async () => {
    const run = await recordRegistry({
      image: undefined,
      storage: { size: "7Gi", protection: "none" },
      ui: { host: "page.example.test" },
    });
    assertGraph(run);
    assert.equal(object(run, "PersistentVolumeClaim", "registry-data").spec.resources.requests.storage, "7Gi");
    assert.equal(podsOf(run).length, 2);
  });

  it("what it makes can be changed before it is registered", async () => {
    const run = await recordRegistry({}, [
      ({ type, props, opts }) => {
        if (type !== "kubernetes:core/v1:PersistentVolumeClaim") return undefined;
        const { spec } = props as { spec: object };
        return { props: { ...props, spec: { ...spec, volumeMode: "Filesystem" } }, opts };
      },
    ]);
    assert.equal(object(run, "PersistentVolumeClaim", "registry-data").spec.volumeMode, "Filesystem");
  });

  it("Localstack and HelmApp: with settings that are checked as a stack's are", async () => {
    const run = await record(() => {
      const providers = [connectCluster("home-cluster", { context: "home" }, {})];
      const config = settings({
        domain: "example.test",
        storage: { protection: "none" },
        localstack: { enabled: true, flavor: "localstack-persist", buckets: [{ name: "uploads" }] },
        apps: [{ name: "lumina", chart: "./charts/lumina", route: { service: "frontend", port: 80 } }],
      });
      const authority = issuer(providers);
      const emulator = new Localstack("aws", { config: config.localstack, issuer: authority }, { providers });
      const [app] = config.apps;
      const inside = {
        name: app!.namespace,
        podSecurity: app!.podSecurity,
        traffic: "apps",
        routerPeers: routerPeers("kube-system"),
      } as const;
      const namespace = new Namespace("lumina", inside, { providers });
      const lumina = new HelmApp("lumina", { ...app!, issuer: authority }, { providers, dependsOn: namespace });
      return { emulator: emulator.url, app: lumina.state.url };
    });
    assert.equal(run.outputs.emulator, "https://localstack.example.test");
    assert.equal(run.outputs.app, "https://lumina.example.test");
    assert.equal(objects(run, "IngressRouteTCP").length, 1);
  });

  it("settings: refuse with every mistake", () => {
    assert.throws(
      () => settings({ domain: "not a domain", localstack: { enabled: true, flavor: "localstack-pro" } }),
      (error: Error) => pulumi.RunError.isInstance(error) && /homelab:domain[^]*homelab:localstack\.token/.test(error.message),
    );
  });
});

interface Pod {
  containers: { image: string }[];
}

function podsOf(run: Run): Pod[] {
  return objects(run, "Deployment").map(({ spec }) => (spec as { template: { spec: Pod } }).template.spec);
}
