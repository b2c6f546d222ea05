import assert from "node:assert/strict";
import { assertGraph } from "../components/graph";
import { object, objects } from "../components/objects";
import { fakePassword, plain, unknownValue, visible, type Run } from "../components/recorder";
import { runStack, stackConfig, type StackSettings } from "./program";

/** What `npm start` adds to the dev stack's file. */
const started: StackSettings = {
  config: {
    "homelab:context": "lab",
    "homelab:kubeconfig": "/somewhere/kubeconfig",
    "homelab:routing": { hsts: false, nodePort: 30500, port: 5000, address: "127.0.0.1" },
    "homelab:health": { afterUp: true },
  },
};

const password = "correct horse battery staple";

/** The homelab stack with an account of its owner's choice. */
const withUser: StackSettings = {
  config: {
    "homelab:registry": { storage: { size: "30Gi" }, users: [{ name: "ci", password }] },
    "homelab:health": { afterUp: true },
  },
  secretKeys: ["homelab:registry"],
};

const stacks: Record<string, { stack: string; settings: StackSettings }> = {
  homelab: { stack: "homelab", settings: {} },
  "homelab with an account": { stack: "homelab", settings: withUser },
  dev: { stack: "dev", settings: started },
};

/** Every secret of a run, in every form that gives it away: passwords, hashes, the key of the registry, encodings. */
function secretsOf(run: Run): string[] {
  const found = new Set([password, fakePassword("homelab-registry-credentials-password")]);
  for (const { recorded } of objects(run, "Secret")) {
    const { stringData, data } = plain(recorded.inputs) as { stringData?: Record<string, string>; data?: Record<string, string> };
    for (const value of Object.values({ ...stringData, ...data })) {
      found.add(value);
      value
        .split("\n")
        .flatMap((line) => line.split(":"))
        .filter((part) => part.startsWith("$2"))
        .forEach((hash) => found.add(hash));
      for (const { password: own, auth } of dockerAccounts(value)) found.add(own).add(auth);
    }
  }
  return [...found];
}

function dockerAccounts(value: string): { password: string; auth: string }[] {
  return value.startsWith("{")
    ? Object.values((JSON.parse(value) as { auths: Record<string, { password: string; auth: string }> }).auths)
    : [];
}

describe("the program", () => {
  for (const [name, { stack, settings }] of Object.entries(stacks)) {
    describe(name, () => {
      let run: Run;
      before(async () => {
        run = await runStack(stack, settings);
      });

      it("holds together", () => {
        assertGraph(run);
      });

      it("registers no secret in plain, in no input and no output", () => {
        const secrets = secretsOf(run);
        assert.ok(secrets.length >= 5, `only ${secrets.length} secrets were found to look for`);
        assert.ok(
          JSON.stringify(plain(run.outputs)).includes(secrets[1]!),
          "the generated password is not among the outputs, so this test looks for the wrong one",
        );
        for (const resource of [...run.resources, { name: "the outputs", inputs: run.outputs }]) {
          const seen = JSON.stringify(visible(resource.inputs));
          for (const secret of secrets) {
            const escaped = JSON.stringify(secret).slice(1, -1);
            const encoded = Buffer.from(secret).toString("base64");
            assert.ok(!seen.includes(escaped) && !seen.includes(encoded), `${resource.name} shows a secret`);
          }
        }
      });

      it("registers the same inputs when it runs again", async () => {
        const again = await runStack(stack, settings);
        assert.deepEqual(again.resources, run.resources);
        assert.deepEqual(again.outputs, run.outputs);
      });

      it("registers the same objects at preview, with everything known that is not generated", async () => {
        const preview = await runStack(stack, settings, { preview: true });
        assertGraph(preview);
        assert.deepEqual(
          preview.resources.map(({ urn }) => urn),
          run.resources.map(({ urn }) => urn),
        );
        const unknown = preview.resources.filter(({ inputs }) => JSON.stringify(inputs).includes(unknownValue));
        const allowed = ["Secret", "Stash", "Command"];
        unknown.forEach(({ type, urn }) => assert.ok(allowed.includes(type.split(":")[2]!), `${urn} has unknown inputs`));
      });

      it("reads nothing from the cluster at preview", async () => {
        const preview = await runStack(stack, settings, { preview: true });
        const reads = preview.resources.filter(({ readId }) => readId !== undefined);
        assert.deepEqual(
          reads.map(({ readId }) => readId),
          [unknownValue],
        );
        const real = run.resources.filter(({ readId }) => readId !== undefined);
        assert.deepEqual(
          real.map(({ readId }) => readId),
          ["cert-manager/homelab-ca"],
        );
      });

      it("uses no default provider for the cluster", () => {
        assert.deepEqual(stackConfig(stack)["pulumi:disable-default-providers"], ["kubernetes"]);
      });

      it("has the outputs that others rely on", () => {
        assert.deepEqual(Object.keys(run.outputs).sort(), [
          "caCertificate",
          "dnsRecords",
          "hostsFile",
          "localstackEnvironment",
          "localstackPersistence",
          "localstackPersistenceReason",
          "localstackRegion",
          "localstackResources",
          "localstackUrl",
          "nextSteps",
          "nodeRegistriesYaml",
          "registryHost",
          "registryPassword",
          "registryUiUrl",
          "registryUrl",
          "registryUsername",
        ]);
        assert.equal((visible(run.outputs) as Record<string, unknown>).registryPassword, "[secret]");
        assert.equal((visible(run.outputs) as Record<string, unknown>).nodeRegistriesYaml, "[secret]");
      });
    });
  }

  it("homelab: names, sizes and protection are the documented ones", async () => {
    const run = await runStack("homelab");
    assert.equal(run.outputs.registryUrl, "https://registry.homelab.home.arpa");
    assert.equal(run.outputs.registryUiUrl, "https://registry-ui.homelab.home.arpa");
    assert.equal(run.outputs.localstackUrl, "https://localstack.homelab.home.arpa");
    assert.equal(run.outputs.localstackPersistence, "effective");
    const state = object(run, "PersistentVolumeClaim", "localstack-data", "localstack");
    assert.equal(state.spec.resources.requests.storage, "20Gi");
    const claim = object(run, "PersistentVolumeClaim", "registry-data", "registry");
    assert.equal(claim.spec.resources.requests.storage, "30Gi");
    assert.equal(claim.spec.storageClassName, "local-path");
    assert.equal(claim.recorded.retainOnDelete, true);
    const container = object(run, "Deployment", "registry").spec.template.spec.containers[0];
    assert.deepEqual(container.resources, {
      requests: { cpu: "100m", memory: "256Mi" },
      limits: { cpu: "1", memory: "512Mi" },
    });
    const provider = run.resources.find(({ type }) => type === "pulumi:providers:kubernetes");
    assert.equal(provider?.inputs.context, "homelab");
  });

  it("dev: small, throw-away, with a namespace for apps", async () => {
    const run = await runStack("dev", started);
    assert.equal(run.outputs.registryUrl, "https://registry.homelab.test:5000");
    const claim = object(run, "PersistentVolumeClaim", "registry-data", "registry");
    assert.equal(claim.spec.resources.requests.storage, "1Gi");
    assert.deepEqual([claim.recorded.retainOnDelete, claim.recorded.protect], [false, false]);
    object(run, "Namespace", "apps");
    object(run, "Secret", "registry-pull", "apps");
    assert.equal(object(run, "Service", "homelab-https", "kube-system").spec.ports[0].nodePort, 30500);
  });

  it("dev: is refused without a context, with what to do", async () => {
    await assert.rejects(runStack("dev"), (error: Error) => {
      assert.match(error.message, /homelab:context/);
      return true;
    });
  });
});
