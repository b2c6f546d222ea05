import assert from "node:assert/strict";
import { addressPlaceholder, dnsRecords, hostsFile, multicastWarning, nameStep } from "../../components/names";
import { findExposed } from "../../components/services/apps/nextSteps";
import { copyTlsSecret, trustAuthority } from "../../components/services/certificates/nextSteps";
import { useEmulator } from "../../components/services/localstack/nextSteps";
import { logIn, pullOnNodes } from "../../components/services/registry/nextSteps";

const registry = {
  stack: "homelab",
  server: "registry.test:5000",
  username: "admin",
  uiUrl: "https://ui.test:5000",
  ownAuthority: true,
  pulling: { namespaces: ["apps"], secret: "registry-pull" },
};

describe("names", () => {
  it("records: A for IPv4, AAAA for IPv6, without an address until there is one", () => {
    assert.deepEqual(dnsRecords(["a.test"], "192.0.2.1"), [{ name: "a.test", type: "A", address: "192.0.2.1" }]);
    assert.deepEqual(dnsRecords(["a.test"], "2001:db8::1"), [{ name: "a.test", type: "AAAA", address: "2001:db8::1" }]);
    assert.deepEqual(dnsRecords(["a.test"], undefined), [{ name: "a.test", type: "A", address: undefined }]);
  });

  it("hosts file: one line, with a placeholder until there is an address", () => {
    assert.equal(hostsFile(["a.test", "b.test"], "192.0.2.1"), "192.0.2.1 a.test b.test\n");
    assert.equal(hostsFile(["a.test"], undefined), `${addressPlaceholder} a.test\n`);
    assert.equal(hostsFile([], "192.0.2.1"), "");
  });

  it("warn of names that are kept for multicast DNS", () => {
    assert.match(
      multicastWarning(["registry.home.arpa", "app.homelab.local"])!,
      /^app\.homelab\.local .*multicast DNS.*homelab:domain/,
    );
    assert.equal(multicastWarning(["registry.local.example", "a.home.arpa"]), undefined);
  });
});

describe("next steps", () => {
  it("say how to log in without a password on the command line", () => {
    assert.match(
      logIn(registry),
      /pulumi stack output registryPassword -s homelab --show-secrets \| docker login registry\.test:5000 -u admin --password-stdin/,
    );
  });

  it("say how to trust the authority on this machine and on nodes", () => {
    const words = trustAuthority(registry) + pullOnNodes(registry);
    for (const place of [
      "/etc/docker/certs.d/registry.test:5000/ca.crt",
      "update-ca-certificates",
      "security add-trusted-cert",
      "/etc/rancher/k3s/homelab-ca.crt",
    ]) {
      assert.ok(words.includes(place), place);
    }
    assert.doesNotMatch(pullOnNodes({ ...registry, ownAuthority: false }), /homelab-ca\.crt/);
    assert.doesNotMatch(trustAuthority({ stack: "homelab" }), /docker/);
  });

  it("say how the TLS secret comes into each namespace with a route, in this stack's cluster", () => {
    const tls = { secret: "wildcard", namespaces: ["registry", "notes"], context: "home" };
    const lines = copyTlsSecret(tls).split("\n");
    for (const namespace of tls.namespaces) {
      assert.ok(
        lines.some((line) => line.endsWith(`| kubectl --context home apply -n ${namespace} -f -`)),
        lines.join("\n"),
      );
    }
    assert.equal(copyTlsSecret({ ...tls, namespaces: [] }), "");
  });

  it("say where the addresses of exposed ports are found", () => {
    const exposed = [{ app: "mqtt", namespace: "home", service: "mosquitto-exposed", ports: ["mqtt", "9001"] }];
    assert.match(findExposed(exposed), /^ {2}kubectl get service -n home mosquitto-exposed {3}\(mqtt: mqtt, 9001\)$/m);
    assert.equal(findExposed([]), "");
  });

  it("show the hosts line, and say so when the address is missing", () => {
    assert.match(nameStep("192.0.2.1 registry.test ui.test\n"), /^ {2}192\.0\.2\.1 registry\.test ui\.test$/m);
    assert.doesNotMatch(nameStep("192.0.2.1 registry.test\n"), /routing\.address/);
    assert.match(nameStep(hostsFile(["a.test"], undefined)), /homelab:routing\.address/);
    assert.equal(nameStep(""), "");
  });

  it("name the emulator's services and the key for more, and what restarts leave of what is put in", () => {
    const emulator = {
      environment: { AWS_ENDPOINT_URL: "https://localstack.test" },
      services: ["s3", "sqs"],
      persistence: "effective",
      persistenceReason: "it does",
    };
    const words = useEmulator(emulator, true);
    assert.match(words, /^ {2}export AWS_ENDPOINT_URL=https:\/\/localstack\.test AWS_CA_BUNDLE=\$PWD\/homelab-ca\.crt /m);
    assert.match(words, /^ {2}It has s3, sqs; more with homelab:localstack\.services\.$/m);
    assert.match(words, /^ {2}Restarts: it does\.$/m);
    assert.doesNotMatch(words, /forgets/);
    assert.match(useEmulator({ ...emulator, persistence: "memory-only" }, true), /forgets what you put in: it does/);
    assert.doesNotMatch(useEmulator(emulator, false), /AWS_CA_BUNDLE/);
  });

  it("say how pods pull, where they may", () => {
    assert.match(pullOnNodes(registry), /Let pods in apps pull:\n {2}imagePullSecrets: \[\{ name: registry-pull \}\]/);
    assert.doesNotMatch(pullOnNodes({ ...registry, pulling: { namespaces: [], secret: "s" } }), /imagePullSecrets/);
  });

  it("name the page only where there is one", () => {
    assert.match(logIn(registry), /https:\/\/ui\.test:5000/);
    assert.doesNotMatch(logIn({ ...registry, uiUrl: undefined }), /Browse/);
  });
});
