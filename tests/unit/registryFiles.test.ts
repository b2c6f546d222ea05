import assert from "node:assert/strict";
import { parse } from "yaml";
import {
  dockerConfigJson,
  localRegistryHosting,
  nodeCaFile,
  nodeRegistriesYaml,
} from "../../components/services/registry/clientFiles";
import { drainSeconds, paths, ports, registryConfig, renderConfig } from "../../components/services/registry/configFile";
import { registryPod } from "../../components/services/registry/workload";

describe("the registry's config.yml", () => {
  const config = parse(renderConfig(registryConfig({ allowDelete: false, metrics: false })));

  it("asks every request for an account of the mounted file", () => {
    assert.deepEqual(Object.keys(config.auth), ["htpasswd"]);
    assert.equal(config.auth.htpasswd.path, "/auth/htpasswd");
    assert.ok(config.auth.htpasswd.realm);
  });

  it("has the version the parser wants, as text", () => {
    assert.equal(config.version, "0.1");
  });

  it("has metrics, and the profiler that comes with them, only when asked, off the port that is routed", () => {
    assert.equal(config.http.addr, ":5000");
    assert.equal(config.http.debug, undefined);
    const measured = parse(renderConfig(registryConfig({ allowDelete: false, metrics: true })));
    assert.equal(measured.http.debug.addr, ":5001");
    assert.deepEqual(measured.http.debug.prometheus, { enabled: true, path: "/metrics" });
  });

  it("has the whole block that purges uploads, without which the program ends at its start", () => {
    const { enabled, age, interval, dryrun } = config.storage.maintenance.uploadpurging;
    assert.deepEqual([enabled, dryrun], [true, false]);
    assert.match(age, /^\d+h$/);
    assert.match(interval, /^\d+h$/);
  });

  for (const allowDelete of [true, false]) {
    it(`deletes images only when asked: ${allowDelete}`, () => {
      assert.equal(parse(renderConfig(registryConfig({ allowDelete, metrics: false }))).storage.delete.enabled, allowDelete);
    });
  }

  it("lets running requests finish before the pod is killed", () => {
    assert.equal(config.http.draintimeout, `${drainSeconds}s`);
    const pod = registryPod({
      image: "i",
      resources: { requests: { cpu: "1", memory: "1Mi" }, limits: { cpu: "1", memory: "1Mi" } },
      metrics: false,
      configMap: "c",
      config: "",
      gate: { image: "g" },
      gateConfigMap: "g",
      gateConfig: "",
      htpasswdSecret: "h",
      httpSecret: { secretName: "s", key: "k" },
      claimName: "d",
    }) as { spec: { terminationGracePeriodSeconds: number } };
    assert.ok(pod.spec.terminationGracePeriodSeconds > drainSeconds);
  });

  it("holds no key of its own: that comes from a Secret", () => {
    assert.equal(config.http.secret, undefined);
  });

  it("names paths and ports as the pod mounts them", () => {
    assert.equal(config.storage.filesystem.rootdirectory, paths.data);
    assert.ok(
      paths.configFile.startsWith(`${paths.configDirectory}/`) && paths.htpasswdFile.startsWith(`${paths.authDirectory}/`),
    );
    assert.notEqual(ports.http, ports.metrics);
  });
});

describe("what clients of the registry read", () => {
  const account = { username: "admin", password: 'p:ä"s' };

  it("pull secrets: both the parts and their encoding", () => {
    assert.deepEqual(JSON.parse(dockerConfigJson("registry.test:5000", account)), {
      auths: {
        "registry.test:5000": { ...account, auth: Buffer.from('admin:p:ä"s').toString("base64") },
      },
    });
  });

  const cases: [string, Parameters<typeof nodeRegistriesYaml>[0], unknown][] = [
    [
      "account and authority",
      { server: "r.test", account, caFile: nodeCaFile },
      {
        mirrors: { "r.test": { endpoint: ["https://r.test"] } },
        configs: { "r.test": { auth: account, tls: { ca_file: "/etc/rancher/k3s/homelab-ca.crt" } } },
      },
    ],
    [
      "a port",
      { server: "r.test:5000", caFile: "/ca" },
      {
        mirrors: { "r.test:5000": { endpoint: ["https://r.test:5000"] } },
        configs: { "r.test:5000": { tls: { ca_file: "/ca" } } },
      },
    ],
    ["neither", { server: "r.test" }, { mirrors: { "r.test": { endpoint: ["https://r.test"] } } }],
  ];
  for (const [name, args, expected] of cases) {
    it(`registries.yaml of K3s: ${name}`, () => {
      assert.deepEqual(parse(nodeRegistriesYaml(args)), expected);
    });
  }

  it("the discovery ConfigMap of KEP-1755: hosts without a scheme", () => {
    const data = localRegistryHosting("r.test:5000");
    assert.deepEqual(Object.keys(data), ["localRegistryHosting.v1"]);
    assert.deepEqual(parse(data["localRegistryHosting.v1"]!), { host: "r.test:5000", hostFromContainerRuntime: "r.test:5000" });
  });
});
