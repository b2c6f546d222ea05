import assert from "node:assert/strict";
import { waitFor } from "../../shared/process";
import { requireNode, runInNode } from "../../lab/cluster/node";
import { busyboxPod, podsAreReady, reach, reachAddress, type From, type To, type Verdict } from "./reach";
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
    for (const object of [busyboxPod(NAMESPACE, "stranger", ["sleep", "600"]), busyboxPod(NAMESPACE, "server", httpd), server]) {
      succeeded(kubectlApply(object));
    }
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
    "the registry's gate": ["registry", "registry-gate", "/"],
    "the AWS emulator": ["localstack", "localstack", "/_localstack/health"],
  };
  for (const [what, service] of Object.entries(services)) {
    it(`keeps a stranger away from ${what}`, () => {
      assert.equal(reach(stranger, service), "closed");
    });
  }

  it("lets Traefik through to what it serves", () => {
    assert.equal(reach(traefik, services["the registry"]!), "open");
    assert.equal(reach(traefik, services["the registry's gate"]!), "open");
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

  describe("out of an app's namespace, where `egress` is the Internet", () => {
    const app: From = ["apps", "pod/app"];
    const API = 6443;
    const KUBELET = 10250;
    // Of a range for examples, held by the node's loopback: what is beyond the home, for a lab that has no way there.
    const PUBLIC = "203.0.113.7";
    const node = () => requireNode().network.nodeAddress;

    before("an app, and an address of the Internet", () => {
      succeeded(kubectlApply(busyboxPod("apps", "app", ["sleep", "600"])));
      succeeded(kubectl("wait", "-n", "apps", "pod/app", "--for=condition=Ready", "--timeout=60s"));
      runInNode(requireNode(), ["ip", "address", "replace", `${PUBLIC}/32`, "dev", "lo"]);
    });

    after(() => {
      succeeded(kubectl("delete", "pod", "app", "-n", "apps", "--grace-period=0", "--force"));
      runInNode(requireNode(), ["ip", "address", "delete", `${PUBLIC}/32`, "dev", "lo"]);
    });

    it("reaches the Internet, and the node under no name of the home", () => {
      assert.equal(reachAddress(app, PUBLIC, API), "open");
      assert.equal(reachAddress(app, node(), API), "closed");
      assert.equal(reachAddress(app, node(), KUBELET), "closed");
      assert.equal(reachAddress(stranger, node(), KUBELET), "open");
    });

    it("reaches no namespace that is not the platform's, and of the platform what lets it in", async () => {
      succeeded(kubectl("delete", "networkpolicy", "--all", "-n", NAMESPACE));
      await becomes("open");
      assert.equal(reach(app, [NAMESPACE, "server", "/"]), "closed");
      assert.equal(reach(app, services["the registry"]!), "closed");
      assert.equal(reach(app, ["kube-system", "traefik", "/"]), "open");
      const asked = succeeded(kubectl("exec", "-n", ...app, "--", "nslookup", "registry.registry.svc.cluster.local"));
      assert.match(asked.stdout, /Address/);
    });
  });
});
