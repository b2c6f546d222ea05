import assert from "node:assert/strict";
import { labCluster } from "../../cli/clusters/lab";
import { awaitWebhooks, findingsOf, silentWebhooks } from "../../cli/shared/surroundings";
import { deploy } from "../../cli/shared/deploy";
import { checkAll } from "../../cli/shared/health";
import { openStack, type Stack } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { run, waitFor } from "../../shared/process";
import { inLab, kubectl, kubectlApply, npm, scratch, succeeded } from "./support";

/* What a stack refers to and did not make is looked up where it has to be, and the commands that are given make it. */

const SECRET = "my-wildcard";
const byHand = { certificates: { mode: "secret", secret: { name: SECRET } } };

const stackOf = (more: object) => openStack(DEV, labCluster, { localstack: { enabled: false }, ...more });

const told = (stack: Stack) =>
  findingsOf(stack).map(({ verdict, kind, object, what }) => `${verdict}: ${kind} ${object} ${what}`);

const refusal = (more: object) =>
  deploy(stackOf(more)).then(
    () => assert.fail("it was deployed"),
    ({ message }: Error) => message,
  );

describe("what a stack refers to and did not make", () => {
  before("a lab with nothing of a stack", () => {
    succeeded(npm("stop", "--data"));
    succeeded(npm("lab", "up"));
  });

  after(() => void succeeded(npm("stop", "--data")));

  const missing: [string, object, RegExp][] = [
    [
      "an issuer",
      { certificates: { mode: "issuer", issuer: { name: "home-ca" } } },
      /- ClusterIssuer home-ca is missing \(homelab:certificates\.issuer\.name\).*kubectl get clusterissuers/,
    ],
    ["a storage class", { storage: { class: "nowhere" } }, /- StorageClass nowhere is missing .*kubectl get storageclasses/],
    [
      "a solver's Secret",
      {
        domain: "home.mydomain.org",
        certificates: {
          mode: "acme",
          acme: {
            email: "me@mydomain.org",
            solver: { dns01: { cloudflare: { apiTokenSecretRef: { name: "cf", key: "token" } } } },
          },
        },
      },
      /- Secret cert-manager\/cf is missing .*kubectl create secret generic cf -n cert-manager --from-file=token=/,
    ],
  ];
  for (const [what, more, words] of missing) {
    it(`without ${what} nothing is begun, and it is said with the key and the command`, async () => {
      assert.match(await refusal(more), words);
      assert.notEqual(kubectl("get", "namespace", "registry").status, 0);
    });
  }

  it("an issuer that is not ready is reported in cert-manager's words", async () => {
    const metadata = { name: "half-made" };
    const spec = { ca: { secretName: "of-nobody" } };
    succeeded(kubectlApply({ apiVersion: "cert-manager.io/v1", kind: "ClusterIssuer", metadata, spec }));
    const stack = stackOf({ certificates: { mode: "issuer", issuer: metadata } });
    const seen = () => told(stack).find((line) => /^warning: ClusterIssuer half-made is not ready: .*of-nobody/.test(line));
    await waitFor(seen, 30, () => told(stack).join("\n"), 500);
    succeeded(kubectl("delete", "clusterissuer", "half-made"));
  });

  it("a namespace where no Traefik runs is reported", () => {
    assert.match(
      told(stackOf({ routing: { traefikNamespace: "default" } })).join("\n"),
      /^warning: Namespace default runs no pod .* 504/m,
    );
  });

  describe("a TLS Secret that somebody else looks after", () => {
    let stack: Stack;
    const page = () =>
      inLab([
        "curl",
        "--silent",
        "--cacert",
        scratch("by-hand.crt"),
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        "https://registry.homelab.test/v2/",
      ]);
    const rows = async (values: Record<string, unknown>) =>
      (await checkAll(stack, values)).services.filter(({ url }) => url === `registry/${SECRET}`);

    before("it lies in another namespace", () => {
      const [crt, key] = [scratch("by-hand.crt"), scratch("by-hand.key")];
      const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90"];
      const name = ["-subj", "/CN=by hand", "-addext", "subjectAltName=DNS:registry.homelab.test,DNS:registry-ui.homelab.test"];
      run("openssl", [...made, ...name, "-keyout", key, "-out", crt]);
      succeeded(kubectl("create", "secret", "tls", SECRET, "-n", "default", `--cert=${crt}`, `--key=${key}`));
      stack = stackOf(byHand);
    });

    it("is to be copied once the deployment has made the namespace, and the deployment goes through", async () => {
      const line = told(stack).join("\n");
      assert.match(
        line,
        /^later: Secret registry\/my-wildcard is to be made once this deployment has made the namespace registry/,
      );
      const values = await deploy(stack);
      assert.match(String(values.nextSteps), /Copy the TLS secret my-wildcard/);
      assert.match(told(stack).join("\n"), /^warning: Secret registry\/my-wildcard is missing/);
      assert.equal((await rows(values)).length, 1);
      assert.notEqual(page().stdout, "401");
    });

    it("is copied by the command of the message, and by that of the next steps, as often as one likes", async () => {
      const command = /kubectl (?:(?!kubectl ).)*?get secret .*$/m.exec(told(stack).join("\n"))![0];
      for (let again = 0; again < 2; again++) succeeded(inLab(["sh", "-ec", command]));
      assert.deepEqual(told(stack), []);
      const values = await deploy(stack);
      const steps = String(values.nextSteps)
        .split("\n")
        .filter((line) => line.includes(`apply -n registry`));
      assert.equal(steps.length, 1);
      succeeded(inLab(["sh", "-ec", steps[0]!.replace("NAMESPACE", "default")]));
      await waitFor(
        () => (page().stdout === "401" ? true : undefined),
        30,
        () => page().text,
        500,
      );
      assert.deepEqual(await rows(values), []);
    });
  });

  it("a webhook that does not answer yet is named and waited for", async () => {
    const scale = (replicas: number) =>
      succeeded(kubectl("scale", "-n", "cert-manager", "deployment", "cert-manager-webhook", `--replicas=${replicas}`));
    const stack = stackOf(byHand);
    assert.deepEqual(silentWebhooks(stack), []);
    scale(0);
    await waitFor(
      () => (silentWebhooks(stack).length > 0 ? true : undefined),
      60,
      () => "it still answers",
      500,
    );
    const begin = Date.now();
    const waiting = awaitWebhooks(stack, 90);
    scale(1);
    await waiting;
    assert.ok(Date.now() - begin < 80_000);
    assert.deepEqual(silentWebhooks(stack), []);
  });
});
