import assert from "node:assert/strict";
import { BlockList } from "node:net";
import type { CertificatesConfig } from "../../components/blocks/certificates";
import type { Egress, Protection } from "../../components/config/types";
import { recordPlatform } from "./fixtures";
import { object, objects } from "./objects";
import { rootCertificatePem } from "./recorder";

describe("certificates", () => {
  const recordMode = (certificates: CertificatesConfig) =>
    recordPlatform((config) => {
      config.certificates = certificates;
    });

  it("ownCa: an issuer that signs the root, the root, the issuer that signs with it, each after the one before", async () => {
    const run = await recordMode({ mode: "ownCa", commonName: "My CA" });
    const selfSigned = object(run, "ClusterIssuer", "homelab-selfsigned");
    const root = object(run, "Certificate", "homelab-ca", "cert-manager");
    const ca = object(run, "ClusterIssuer", "homelab-ca");
    assert.deepEqual(selfSigned.spec, { selfSigned: {} });
    assert.deepEqual(ca.spec, { ca: { secretName: root.spec.secretName } });
    assert.equal(root.spec.commonName, "My CA");
    assert.equal(root.spec.issuerRef.name, "homelab-selfsigned");
    assert.ok(root.recorded.dependencies.includes(selfSigned.recorded.urn));
    assert.ok(ca.recorded.dependencies.includes(root.recorded.urn));
    for (const certificate of objects(run, "Certificate").filter(
      (each) => each !== root && each.metadata.name !== "homelab-ca",
    )) {
      assert.equal(certificate.spec.issuerRef.name, "homelab-ca");
      assert.ok(certificate.recorded.dependencies.includes(ca.recorded.urn));
    }
  });

  it("ownCa: the root certificate becomes an output that later changes of the Secret leave alone", async () => {
    const run = await recordMode({ mode: "ownCa", commonName: "My CA" });
    assert.equal(run.outputs.caCertificate, rootCertificatePem);
    const kept = run.resources.find(({ type }) => type === "pulumi:index:Stash");
    assert.deepEqual(kept?.ignoreChanges, ["input"]);
    const read = run.resources.find(({ readId }) => readId !== undefined);
    assert.deepEqual([read?.type, read?.readId], ["kubernetes:core/v1:Secret", "cert-manager/homelab-ca"]);
  });

  it("everything that has a Ready condition is waited for", async () => {
    const run = await recordPlatform();
    const waiting = [...objects(run, "ClusterIssuer"), ...objects(run, "Certificate")];
    assert.equal(waiting.length, 5);
    waiting.forEach(({ metadata }) =>
      assert.equal(metadata.annotations?.["pulumi.com/waitFor"], "condition=Ready", metadata.name),
    );
  });

  const issued: [CertificatesConfig, string][] = [
    [{ mode: "selfSigned" }, "homelab-selfsigned"],
    [{ mode: "issuer", issuer: { name: "home", kind: "Issuer", group: "example.org" } }, "home"],
    [
      { mode: "acme", acme: { email: "a@example.org", server: "https://a.example.org", solver: { dns01: { route53: {} } } } },
      "homelab-acme",
    ],
  ];
  for (const [certificates, issuer] of issued) {
    it(`${certificates.mode}: certificates are asked of ${issuer}, and there is no authority to hand out`, async () => {
      const run = await recordMode(certificates);
      const all = objects(run, "Certificate");
      assert.equal(all.length, 2);
      all.forEach(({ spec }) => assert.equal(spec.issuerRef.name, issuer));
      assert.equal(run.outputs.caCertificate, "");
      assert.equal(objects(run, "ClusterIssuer").length, certificates.mode === "issuer" ? 0 : 1);
      assert.doesNotMatch(run.outputs.nextSteps as string, /homelab-ca\.crt/);
    });
  }

  it("secret: routes use it as it is", async () => {
    const run = await recordMode({ mode: "secret", secret: { name: "mine" } });
    const secured = objects(run, "IngressRoute").filter(({ spec }) => spec.tls !== undefined);
    assert.deepEqual(
      secured.map(({ spec }) => spec.tls.secretName),
      ["mine", "mine"],
    );
  });
});

describe("routes", () => {
  it("have an allow-list first when ranges are given", async () => {
    const names = async (ranges: string[]) => {
      const run = await recordPlatform((config) => {
        config.routing.allowedRanges = ranges;
      });
      return object(run, "IngressRoute", "registry-https").spec.routes[0].middlewares.map(({ name }: { name: string }) => name);
    };
    assert.deepEqual(await names([]), ["registry-in-flight", "registry-gate", "registry-headers"]);
    assert.deepEqual(await names(["192.0.2.0/24"]), [
      "registry-ranges",
      "registry-in-flight",
      "registry-gate",
      "registry-headers",
    ]);
  });

  it("bound what one client may have under way where a password is checked, and nowhere else", async () => {
    const run = await recordPlatform((config) => {
      config.localstack.enabled = true;
    });
    const limits = objects(run, "Middleware").filter(({ spec }) => spec.inFlightReq !== undefined);
    assert.deepEqual(
      limits.map(({ metadata, spec }) => [metadata.name, spec.inFlightReq]),
      [
        ["registry-in-flight", { amount: 64, sourceCriterion: { ipStrategy: { depth: 0 } } }],
        ["registry-ui-in-flight", { amount: 256, sourceCriterion: { ipStrategy: { depth: 0 } } }],
      ],
    );
  });

  it("wait for their certificate", async () => {
    const run = await recordPlatform();
    const route = object(run, "IngressRoute", "registry-https");
    assert.ok(route.recorded.dependencies.includes(object(run, "Certificate", "registry-tls").recorded.urn));
  });

  it("use the configured entry points", async () => {
    const run = await recordPlatform((config) => {
      config.routing.entryPoint = "secure";
      config.routing.plainEntryPoint = "plain";
    });
    assert.deepEqual(object(run, "IngressRoute", "registry-https").spec.entryPoints, ["secure"]);
    assert.deepEqual(object(run, "IngressRoute", "registry-http").spec.entryPoints, ["plain"]);
  });

  it("leave Traefik itself alone unless asked", async () => {
    const own = (run: Awaited<ReturnType<typeof recordPlatform>>) =>
      objects(run).filter(({ recorded }) => recorded.parent.endsWith("homelab-traefik"));
    assert.deepEqual(own(await recordPlatform()), []);
    const run = await recordPlatform((config) => {
      config.routing.nodePort = 30500;
      config.routing.tuneTraefik = true;
    });
    assert.deepEqual(
      own(run).map(({ kind, metadata }) => [kind, metadata.namespace]),
      [
        ["Service", "kube-system"],
        ["HelmChartConfig", "kube-system"],
      ],
    );
    const [port] = object(run, "Service", "homelab-https").spec.ports;
    assert.deepEqual([port.nodePort, port.targetPort, port.appProtocol], [30500, "websecure", "https"]);
    assert.equal(object(run, "Service", "homelab-https").spec.externalTrafficPolicy, undefined);
  });

  it("let Traefik see who asks, where ranges are asked for", async () => {
    const run = await recordPlatform((config) => {
      config.routing.nodePort = 30500;
      config.routing.tuneTraefik = true;
      config.routing.allowedRanges = ["192.0.2.0/24"];
    });
    assert.equal(object(run, "Service", "homelab-https").spec.externalTrafficPolicy, "Local");
    assert.match(object(run, "HelmChartConfig", "traefik").spec.valuesContent, /externalTrafficPolicy: "?Local/);
  });

  it("let in the addresses of a Traefik in its node's network, in every policy that lets in its namespace", async () => {
    const run = await recordPlatform((config) => {
      config.routing.traefikAddresses = ["192.0.2.10/32"];
      config.localstack.enabled = true;
    });
    const policies = objects(run).filter(({ kind }) => kind === "NetworkPolicy");
    const admitting = policies.filter(({ spec }) => JSON.stringify(spec.ingress ?? []).includes('"kube-system"'));
    assert.ok(admitting.length >= 5, String(admitting.length));
    for (const { metadata, spec } of admitting) {
      assert.ok(JSON.stringify(spec.ingress).includes('{"ipBlock":{"cidr":"192.0.2.10/32"}}'), metadata.name);
    }
  });
});

describe("volumes and their namespaces", () => {
  const cases: [Protection, boolean, boolean][] = [
    ["none", false, false],
    ["retain", false, true],
    ["protect", true, true],
  ];
  for (const [protection, protect, retainOnDelete] of cases) {
    it(`${protection}: the claim, and the namespace without which it would be gone`, async () => {
      const run = await recordPlatform((config) => {
        config.registry.storage.protection = protection;
      });
      for (const kept of [object(run, "PersistentVolumeClaim", "registry-data"), object(run, "Namespace", "registry")]) {
        assert.deepEqual([kept.recorded.protect, kept.recorded.retainOnDelete], [protect, retainOnDelete], kept.kind);
      }
    });
  }

  it("a claim names its class and is not waited for", async () => {
    const claim = object(
      await recordPlatform((config) => {
        config.registry.storage.class = "fast";
      }),
      "PersistentVolumeClaim",
      "registry-data",
    );
    assert.equal(claim.spec.storageClassName, "fast");
    assert.deepEqual(claim.spec.accessModes, ["ReadWriteOnce"]);
    assert.equal(claim.metadata.annotations?.["pulumi.com/skipAwait"], "true");
  });

  it("a namespace of your own: its level, its bounds, open to itself and the router", async () => {
    const run = await recordPlatform();
    assert.equal(object(run, "Namespace", "games").metadata.labels?.["pod-security.kubernetes.io/enforce"], "baseline");
    assert.deepEqual(object(run, "ResourceQuota", "bounds", "games").spec.hard, { pods: "5" });
    assert.deepEqual(
      objects(run, "ResourceQuota").filter(({ metadata }) => metadata.namespace === "apps"),
      [],
    );
    assert.deepEqual(object(run, "NetworkPolicy", "default-deny", "apps").spec.policyTypes, ["Ingress"]);
    const { from } = object(run, "NetworkPolicy", "allow-apps", "apps").spec.ingress[0];
    assert.deepEqual(from, [
      { podSelector: { matchLabels: {} } },
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
    ]);
  });

  describe("where the pods of an app's namespace may turn to", () => {
    const policies = async (egress: Egress) => {
      const run = await recordPlatform((config) => {
        config.namespaces[0]!.egress = egress;
      });
      const out = objects(run, "NetworkPolicy").find(
        ({ metadata }) => metadata.namespace === "apps" && metadata.name === "allow-out",
      );
      return {
        denied: object(run, "NetworkPolicy", "default-deny", "apps").spec.policyTypes as string[],
        rules: (out?.spec.egress ?? []) as { to: { ipBlock?: { cidr: string; except: string[] } }[] }[],
      };
    };

    it("is open where nobody closed it", async () => {
      assert.deepEqual(await policies("open"), { denied: ["Ingress"], rules: [] });
    });

    it("is names, the platform's namespaces and the router, where it is the platform", async () => {
      const { denied, rules } = await policies("platform");
      assert.deepEqual(denied, ["Ingress", "Egress"]);
      const traefik = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } };
      assert.deepEqual(rules.slice(1), [
        { to: [{ namespaceSelector: { matchLabels: { "app.kubernetes.io/part-of": "homelab" } } }] },
        { to: [traefik], ports: [80, 443, 8000, 8443].map((port) => ({ protocol: "TCP", port })) },
      ]);
      assert.deepEqual(rules[0]!.to, [{ ...traefik, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }]);
    });

    it("is the Internet besides, and nothing of the home, where it is the Internet", async () => {
      const blocks = (await policies("internet")).rules.flatMap(({ to }) => to.flatMap(({ ipBlock }) => ipBlock ?? []));
      assert.deepEqual(
        blocks.map(({ cidr }) => cidr),
        ["0.0.0.0/0", "::/0"],
      );
      const closed = new BlockList();
      for (const range of blocks.flatMap(({ except }) => except)) {
        const [address, bits] = range.split("/") as [string, string];
        closed.addSubnet(address, Number(bits), address.includes(":") ? "ipv6" : "ipv4");
      }
      for (const address of [
        "10.42.0.7",
        "192.168.1.1",
        "172.31.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "127.0.0.1",
        "224.0.0.251",
      ]) {
        assert.ok(closed.check(address), address);
      }
      for (const address of ["fd00::1", "fe80::1", "::1", "ff02::fb"]) assert.ok(closed.check(address, "ipv6"), address);
      for (const address of ["1.1.1.1", "172.32.0.1", "100.128.0.1", "192.169.0.1"]) assert.ok(!closed.check(address), address);
      assert.ok(!closed.check("2606:4700::1111", "ipv6"));
    });
  });

  it("containers that state no needs get some", async () => {
    const [limit] = object(await recordPlatform(), "LimitRange", "defaults", "apps").spec.limits;
    for (const half of [limit.default, limit.defaultRequest]) assert.ok(half.cpu && half.memory);
  });
});
