import assert from "node:assert/strict";
import type { PlatformConfig } from "../../components/configuration";
import { assertGraph } from "./graph";
import { exampleConfig, recordPlatform, user } from "./fixtures";
import { object, objects } from "./objects";
import { plain } from "./recorder";

const variants: Record<string, (config: PlatformConfig) => void> = {
  "the example": () => {},
  "registry 2.8.3": (config) => {
    config.registry.image = "docker.io/library/registry:2.8.3";
  },
  "no UI": (config) => {
    config.registry.ui.enabled = false;
  },
  "no namespaces": (config) => {
    config.namespaces = [];
  },
  users: (config) => {
    config.registry.users = [user("ci", "a long password"), user("guest", "another one")];
  },
  "a NodePort": (config) => {
    config.routing.nodePort = 30500;
    config.routing.port = 5000;
  },
  "tuned Traefik": (config) => {
    config.routing.tuneTraefik = true;
  },
  "allowed ranges": (config) => {
    config.routing.allowedRanges = ["192.0.2.0/24"];
  },
  "self-signed": (config) => {
    config.certificates = { mode: "selfSigned" };
  },
  "an existing issuer": (config) => {
    config.certificates = { mode: "issuer", issuer: { name: "home", kind: "ClusterIssuer", group: "cert-manager.io" } };
  },
  ACME: (config) => {
    config.certificates = {
      mode: "acme",
      acme: { email: "you@example.org", server: "https://acme.example.org/directory", solver: { dns01: { cloudflare: {} } } },
    };
  },
  "protected data": (config) => {
    config.storage.protection = config.registry.storage.protection = "protect";
  },
  "retained data": (config) => {
    config.storage.protection = config.registry.storage.protection = "retain";
  },
  "policies at admission": (config) => {
    config.admission.enabled = true;
  },
  "a health check": (config) => {
    config.health.afterUp = true;
  },
};

describe("the platform", () => {
  for (const [name, change] of Object.entries(variants)) {
    it(`holds together: ${name}`, async () => {
      assertGraph(await recordPlatform(change));
    });

    it(`holds together at preview: ${name}`, async () => {
      assertGraph(await recordPlatform(change, { preview: true }));
    });
  }

  it("holds together with an existing TLS secret, and asks for no certificate", async () => {
    const run = await recordPlatform((config) => {
      config.certificates = { mode: "secret", secret: { name: "mine" } };
    });
    assertGraph(run, { existingTlsSecret: "mine" });
    assert.deepEqual(objects(run, "Certificate"), []);
    assert.deepEqual(objects(run, "ClusterIssuer"), []);
  });

  it("makes nothing of a registry that is off", async () => {
    const run = await recordPlatform((config) => {
      config.registry.enabled = false;
    });
    assertGraph(run);
    assert.deepEqual(objects(run, "Deployment"), []);
    assert.deepEqual(Object.keys(run.outputs).sort(), ["caCertificate", "dnsRecords", "hostsFile", "nextSteps"]);
  });

  it("says nothing of trust where there is nothing of ours to trust, and nothing of a registry that is off", async () => {
    const words = async (change: (config: PlatformConfig) => void) => String((await recordPlatform(change)).outputs.nextSteps);
    assert.match(await words(() => {}), /homelab-ca\.crt[^]*docker login/);
    const selfSigned = await words((config) => {
      config.certificates = { mode: "selfSigned" };
    });
    assert.doesNotMatch(selfSigned, /homelab-ca\.crt/);
    const off = await words((config) => {
      config.registry.enabled = false;
    });
    assert.doesNotMatch(off, /docker|registries/i);
  });

  it("registers the same objects at preview as at up", async () => {
    const urns = async (preview: boolean) => (await recordPlatform(undefined, { preview })).resources.map((r) => r.urn);
    assert.deepEqual(await urns(true), await urns(false));
  });

  it("leaves URNs and inputs of the others alone when a user or a namespace comes or goes", async () => {
    const before = await recordPlatform((config) => {
      config.registry.users = [user("ci", "a long password")];
    });
    const after = await recordPlatform((config) => {
      config.registry.users = [user("first", "yet another one"), user("ci", "a long password")];
      config.namespaces.unshift({ name: "tools", podSecurity: "restricted", pullSecret: true, egress: "open" });
    });
    const later = new Map(after.resources.map((resource) => [resource.urn, resource]));
    for (const resource of before.resources) {
      const same = later.get(resource.urn);
      assert.ok(same, `${resource.urn} would be deleted`);
      if (resource.name !== "homelab-registry-credentials-htpasswd") assert.deepEqual(same.inputs, resource.inputs, resource.urn);
    }
  });

  it("connects to the configured context with Secrets and ConfigMaps that change in place, and fields that are its own", async () => {
    const run = await recordPlatform((config) => {
      config.kubeconfig = "/home/you/.kube/other";
    });
    const provider = run.resources.find((resource) => resource.type === "pulumi:providers:kubernetes")!;
    assert.deepEqual(provider.inputs, {
      context: "example",
      kubeconfig: "/home/you/.kube/other",
      enableSecretMutable: "true",
      enableConfigMapMutable: "true",
      enablePatchForce: "true",
    });
  });

  it("takes over what an earlier stack retained, and nothing else", async () => {
    const providers = async (change: (config: PlatformConfig) => void) =>
      (await recordPlatform(change)).resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
    assert.equal((await providers(() => {})).length, 1);
    const [, keeper] = await providers((config) => {
      config.registry.storage.protection = "retain";
    });
    assert.deepEqual(keeper?.inputs, { context: "example", upsertExistingObjects: "true", enablePatchForce: "true" });
  });

  it("gives every URL its port when that is not 443", async () => {
    const run = await recordPlatform((config) => {
      config.routing.port = 5000;
      config.routing.address = "127.0.0.1";
    });
    assert.equal(run.outputs.registryUrl, "https://registry.example.test:5000");
    assert.equal(run.outputs.registryHost, "registry.example.test:5000");
    assert.equal(run.outputs.registryUiUrl, "https://ui.example.test:5000");
    assert.equal(run.outputs.hostsFile, "127.0.0.1 registry.example.test ui.example.test\n");
    assert.deepEqual(run.outputs.dnsRecords, [
      { name: "registry.example.test", type: "A", address: "127.0.0.1" },
      { name: "ui.example.test", type: "A", address: "127.0.0.1" },
    ]);
    assert.equal(object(run, "Middleware", "registry-to-https").spec.redirectScheme.port, "5000");
    const hosting = object(run, "ConfigMap", "local-registry-hosting", "kube-public").data!;
    assert.match(hosting["localRegistryHosting.v1"]!, /^host: "registry\.example\.test:5000"$/m);
    assert.match(
      JSON.stringify(plain(object(run, "Secret", "registry-pull", "apps").recorded.inputs)),
      /registry\.example\.test:5000/,
    );
  });

  it("has an example that the other tests change without changing each other's", () => {
    exampleConfig((config) => {
      config.namespaces = [];
    });
    assert.equal(exampleConfig().namespaces.length, 2);
  });
});
