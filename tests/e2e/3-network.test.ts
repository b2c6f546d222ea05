import assert from "node:assert/strict";
import { waitFor } from "../../lab/shared/process";
import { busyboxPod, podsAreReady, reach, type From, type To, type Verdict } from "./reach";
import { devStackIsUp, kubectl, kubectlApply, succeeded } from "./support";

/* NetworkPolicies as K3s enforces them: what is closed is refused, what a policy names gets through. */

const NAMESPACE = "probe";
const meta = (name: string) => ({ name, namespace: NAMESPACE });

const server = {
  apiVersion: "v1",
  kind: "Service",
  metadata: meta("server"),
  spec: { selector: { app: "server" }, ports: [{ port: 80, targetPort: 80 }] },
};

const denied = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: meta("deny"),
  spec: { podSelector: { matchLabels: { app: "server" } }, policyTypes: ["Ingress"] },
};

const stranger: From = [NAMESPACE, "pod/stranger"];
const traefik: From = ["kube-system", "deployment/traefik"];
const registry: From = ["registry", "deployment/registry"];

const becomes = (verdict: Verdict) =>
  waitFor(
    () => (reach(stranger, [NAMESPACE, "server", "/"]) === verdict ? true : undefined),
    30,
    () => `the server in the namespace ${NAMESPACE} does not become ${verdict}`,
    500,
  );

describe("the network between namespaces", () => {
  before("a stranger and a server of its own", async () => {
    devStackIsUp();
    succeeded(kubectl("create", "namespace", NAMESPACE));
    const httpd = ["sh", "-c", "mkdir /tmp/www && echo hello > /tmp/www/index.html && exec httpd -f -p 80 -h /tmp/www"];
    for (const object of [busyboxPod(NAMESPACE, "stranger", ["sleep", "600"]), busyboxPod(NAMESPACE, "server", httpd), server])
      succeeded(kubectlApply(object));
    podsAreReady(NAMESPACE);
    await becomes("open");
  });

  after(() => {
    succeeded(kubectl("delete", "namespace", NAMESPACE, "--wait=false"));
  });

  it("is closed by a policy, open without it, and closed again with it", async () => {
    succeeded(kubectlApply(denied));
    await becomes("closed");
    succeeded(kubectl("delete", "networkpolicy", "deny", "-n", NAMESPACE));
    await becomes("open");
    succeeded(kubectlApply(denied));
    await becomes("closed");
  });

  const services: Record<string, To> = {
    "the registry": ["registry", "registry", "/"],
    "the AWS emulator": ["localstack", "localstack", "/_localstack/health"],
  };
  for (const [what, service] of Object.entries(services)) {
    it(`keeps a stranger away from ${what}`, () => {
      assert.equal(reach(stranger, service), "closed");
    });
  }

  it("lets Traefik through to what it serves", () => {
    assert.equal(reach(traefik, services["the registry"]!), "open");
    assert.equal(reach(traefik, services["the AWS emulator"]!), "open");
  });

  it("lets nothing out of a closed namespace but questions for names", () => {
    const asked = succeeded(
      kubectl("exec", "-n", "registry", "deployment/registry", "--", "nslookup", "traefik.kube-system.svc.cluster.local"),
    );
    assert.match(asked.stdout, /Address/);
    const ways: To = ["kube-system", "traefik", "/"];
    assert.equal(reach(registry, ways), "closed");
    assert.equal(reach(stranger, ways), "open");
  });
});
