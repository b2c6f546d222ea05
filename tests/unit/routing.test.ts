import assert from "node:assert/strict";
import { parse } from "yaml";
import * as certificates from "../../components/blocks/certificates/objects";
import { hostAndPort, httpsUrl, traefikValues } from "../../components/blocks/routing";
import * as routing from "../../components/blocks/routing/objects";

const router = { entryPoint: "secure", plainEntryPoint: "plain", port: 443, allowedRanges: [], hsts: true };

describe("routing objects", () => {
  const urls: [string, number, string, string][] = [
    ["r.test", 443, "r.test", "https://r.test"],
    ["r.test", 5000, "r.test:5000", "https://r.test:5000"],
    ["r.test", 80, "r.test:80", "https://r.test:80"],
  ];
  for (const [host, port, server, url] of urls) {
    it(`${host} on port ${port} is ${url}`, () => {
      assert.equal(hostAndPort(host, port), server);
      assert.equal(httpsUrl(host, port), url);
    });
  }

  it("serves HTTPS on the HTTPS entry point alone, with a certificate by name", () => {
    const spec = routing.httpsRouteSpec({
      host: "r.test",
      router,
      service: { name: "s", port: 1 },
      middlewares: ["m"],
      secretName: "t",
    });
    assert.deepEqual(spec, {
      entryPoints: ["secure"],
      routes: [{ kind: "Rule", match: "Host(`r.test`)", services: [{ name: "s", port: 1 }], middlewares: [{ name: "m" }] }],
      tls: { secretName: "t" },
    });
  });

  it("answers plain HTTP with a permanent redirect to nothing but HTTPS", () => {
    const spec = routing.redirectRouteSpec({ host: "r.test", router, middleware: "m" });
    assert.deepEqual(spec.entryPoints, ["plain"]);
    assert.deepEqual(spec.routes[0]!.services, [{ kind: "TraefikService", name: "noop@internal" }]);
    assert.ok(!("tls" in spec));
    assert.deepEqual(routing.redirectSpec(router), { redirectScheme: { scheme: "https", permanent: true } });
    assert.deepEqual(routing.redirectSpec({ ...router, port: 5000 }), {
      redirectScheme: { scheme: "https", permanent: true, port: "5000" },
    });
  });

  it("sends HSTS only when asked", () => {
    assert.equal(routing.headersSpec(router).headers.stsSeconds, 31536000);
    assert.ok(!("stsSeconds" in routing.headersSpec({ ...router, hsts: false }).headers));
  });

  it("lets in only the ranges given", () => {
    assert.deepEqual(routing.allowListSpec({ ...router, allowedRanges: ["192.0.2.0/24"] }), {
      ipAllowList: { sourceRange: ["192.0.2.0/24"] },
    });
  });

  it("gives uploads ten minutes, on the entry point in use", () => {
    const values = parse(traefikValues({ entryPoint: "secure", asksForAddresses: false }));
    assert.equal(values.ports.secure.transport.respondingTimeouts.readTimeout, "600s");
    assert.deepEqual(Object.keys(values), ["ports"]);
  });

  it("lets Traefik see who asks, where a route asks for it", () => {
    const values = parse(traefikValues({ entryPoint: "secure", asksForAddresses: true }));
    assert.deepEqual(values.service, { spec: { externalTrafficPolicy: "Local" } });
  });
});

describe("certificate objects", () => {
  const issuer = certificates.clusterIssuer("i");

  it("the root is valid for ten years and keeps its key", () => {
    const spec = certificates.rootSpec({ commonName: "CA", secretName: "s", issuer });
    assert.equal(spec.isCA, true);
    assert.equal(spec.duration, "87600h0m0s");
    assert.deepEqual(spec.privateKey, { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" });
    assert.ok(spec.usages.includes("cert sign"));
  });

  it("a server's certificate is for one name, to serve with", () => {
    const spec = certificates.serverSpec({ host: "r.test", secretName: "s", issuer });
    assert.deepEqual(spec.dnsNames, ["r.test"]);
    assert.equal(spec.commonName, "r.test");
    assert.deepEqual(spec.usages, ["digital signature", "server auth"]);
    assert.equal(spec.privateKey.rotationPolicy, "Always");
    assert.deepEqual(spec.issuerRef, { name: "i", kind: "ClusterIssuer", group: "cert-manager.io" });
    assert.ok(!("isCA" in spec));
  });

  it("a name too long for the subject is left to the list of names", () => {
    const host = `${"a".repeat(60)}.test`;
    assert.ok(!("commonName" in certificates.serverSpec({ host, secretName: "s", issuer })));
  });

  it("ACME hands the solver on as it is", () => {
    const solver = { dns01: { cloudflare: { apiTokenSecretRef: { name: "n", key: "k" } } } };
    const { acme } = certificates.acmeIssuerSpec({ email: "e", server: "https://a", solver }, "account");
    assert.deepEqual(acme, { email: "e", server: "https://a", privateKeySecretRef: { name: "account" }, solvers: [solver] });
  });
});
