import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { FLAVORS, flavorFacts, type Flavor } from "../../components/services/localstack/flavorFacts";
import type { LocalstackConfig } from "../../components/services/localstack/resolve";
import { recordPlatform } from "./fixtures";
import { assertGraph } from "./graph";
import { object, objects } from "./objects";
import { visible, type Run } from "./recorder";

/** The example with an emulator of this flavor, as the configuration would resolve it. */
function recordEmulator(flavor: Flavor, change: (localstack: LocalstackConfig) => void = () => {}): Promise<Run> {
  return recordPlatform(({ localstack }) => {
    const { image, keepsState, state, token } = flavorFacts[flavor];
    Object.assign(localstack, { enabled: true, flavor, image, persistence: keepsState, persistenceReason: state });
    if (token === "required") localstack.token = pulumi.secret("ls-a-licence-token");
    change(localstack);
  });
}

const pod = (run: Run) => object(run, "Deployment", "localstack", "localstack").spec.template.spec;
const main = (run: Run) => pod(run).containers[0];

function environment(run: Run): Record<string, string> {
  const list = main(run).env as { name: string; value?: string }[];
  return Object.fromEntries(list.map(({ name, value }) => [name, value ?? "[secret]"]));
}

const hookFile = (run: Run, name: string) => object(run, "ConfigMap", "localstack-hook").data![name]!;

/** What of each flavor's environment has to be so; `undefined` must not be there. */
const settings: Record<Flavor, { set: Record<string, string | undefined>; data: string; user: number }> = {
  localstack: {
    set: {
      SERVICES: "s3,sqs,sns",
      LOCALSTACK_HOST: "localstack.example.test:443",
      USE_SSL: "1",
      SQS_ENDPOINT_STRATEGY: "path",
      DISABLE_EVENTS: "1",
      SKIP_SSL_CERT_DOWNLOAD: "1",
      DNS_ADDRESS: "0",
      PERSISTENCE: undefined,
      LOCALSTACK_AUTH_TOKEN: undefined,
    },
    data: "/var/lib/localstack",
    user: 1000,
  },
  "localstack-pro": {
    set: { PERSISTENCE: "1", LOCALSTACK_AUTH_TOKEN: "[secret]", LOCALSTACK_HOST: "localstack.example.test:443" },
    data: "/var/lib/localstack",
    user: 1000,
  },
  "localstack-persist": {
    set: { PERSISTENCE: undefined, PERSIST_DEFAULT: "1", LOCALSTACK_AUTH_TOKEN: undefined },
    data: "/persisted-data",
    user: 1000,
  },
  ministack: {
    set: { PERSIST_STATE: "1", S3_PERSIST: "1", STATE_DIR: "/data/state", S3_DATA_DIR: "/data/s3", LAMBDA_EXECUTOR: "local" },
    data: "/data",
    user: 1000,
  },
  floci: {
    set: {
      FLOCI_STORAGE_MODE: "hybrid",
      FLOCI_BASE_URL: "https://localstack.example.test",
      FLOCI_SERVICES_LAMBDA_ENABLED: "false",
    },
    data: "/app/data",
    user: 1001,
  },
};

describe("the AWS emulator", () => {
  for (const flavor of FLAVORS) {
    describe(flavor, () => {
      it("holds together, at up and at preview", async () => {
        assertGraph(await recordEmulator(flavor));
        assertGraph(
          await recordPlatform(
            ({ localstack }) => Object.assign(localstack, { enabled: true, flavor, image: flavorFacts[flavor].image }),
            { preview: true },
          ),
        );
      });

      it("has its image, user, data path and settings", async () => {
        const run = await recordEmulator(flavor);
        const { set, data, user } = settings[flavor];
        const env = environment(run);
        for (const [name, value] of Object.entries(set)) assert.equal(env[name], value, name);
        assert.equal(main(run).image, flavorFacts[flavor].image);
        assert.equal(pod(run).securityContext.runAsUser, user);
        assert.ok(pod(run).terminationGracePeriodSeconds >= 30, "state is written when the program stops");
        const mount = main(run).volumeMounts.find(({ name }: { name: string }) => name === "data");
        assert.equal(mount.mountPath, data);
      });

      it("says whether state survives, and why", async () => {
        const { outputs } = await recordEmulator(flavor);
        assert.equal(outputs.localstackPersistence, flavor === "localstack" ? "memory-only" : "effective");
        assert.equal(outputs.localstackPersistenceReason, flavorFacts[flavor].state);
      });

      it("serves nothing by which it could be stopped or reset", async () => {
        const run = await recordEmulator(flavor);
        const config = object(run, "ConfigMap", "localstack-gateway").data!["nginx.conf"]!;
        for (const prefix of flavor === "ministack" ? ["/_ministack", "/_localstack", "/_aws"] : ["/_localstack", "/_aws"]) {
          assert.ok(config.includes(`location ^~ ${prefix} { return 404; }`), config);
        }
        for (const [, path, rest] of config.matchAll(/location = (\/_(?!gateway)\S+) \{ (.*)/g)) {
          assert.ok(rest!.startsWith('if ($request_method !~ "^(GET|HEAD)$") { return 404; }'), path);
        }
        // Nothing goes round it: Traefik and the policy reach its port alone.
        const { spec } = object(run, "Service", "localstack", "localstack");
        assert.deepEqual(
          spec.ports.map(({ targetPort }: { targetPort: string }) => targetPort),
          ["gateway"],
        );
      });

      it("is reached byte for byte: Traefik ends TLS, over HTTP/1.1, and reads nothing", async () => {
        const run = await recordEmulator(flavor);
        const { spec } = object(run, "IngressRouteTCP", "localstack-https");
        assert.deepEqual(
          spec.routes.map(({ match }: { match: string }) => match),
          ["HostSNI(`localstack.example.test`)"],
        );
        assert.deepEqual(spec.tls, { secretName: "localstack-tls", options: { name: "localstack-http1" } });
        assert.deepEqual(object(run, "TLSOption", "localstack-http1").spec, { alpnProtocols: ["http/1.1"] });
      });
    });
  }

  it("has the route of earlier versions go over into its own, so that nothing of both is in each other's way", async () => {
    const { resources } = await recordEmulator("ministack");
    const route = resources.find(({ name }) => name === "homelab-localstack-route")!;
    assert.deepEqual([route.type, route.formerTypes], ["homelab:routing:TlsRoute", ["homelab:routing:HttpsRoute"]]);
  });

  it("runs one hook by its file, not by its folder, and is ready when it has ended", async () => {
    const run = await recordEmulator("localstack");
    const mounts = main(run).volumeMounts as { name: string; mountPath: string; subPath?: string }[];
    const inHooks = mounts.filter(({ mountPath }) => mountPath.startsWith("/etc/localstack/init"));
    assert.deepEqual(inHooks, [
      {
        name: "declared",
        mountPath: "/etc/localstack/init/ready.d/10-homelab.sh",
        subPath: "10-homelab.sh",
        readOnly: true,
      },
    ]);
    const volume = pod(run).volumes.find(({ name }: { name: string }) => name === "declared");
    assert.equal(volume.configMap.defaultMode, 0o755);
    assert.match(hookFile(run, "10-homelab.sh"), /^#!\/bin\/sh\n/);
    assert.deepEqual(main(run).lifecycle.postStart.exec.command, ["/bin/sh", "/etc/homelab/declared/wait.sh", "300"]);
  });

  it("starts anew when what is declared changes, a secret's value too", async () => {
    const checksum = async (change: (localstack: LocalstackConfig) => void) =>
      JSON.stringify(
        object(await recordEmulator("localstack", change), "Deployment", "localstack").spec.template.metadata.annotations,
      );
    const plain = await checksum(() => {});
    assert.equal(await checksum(() => {}), plain);
    assert.notEqual(await checksum((l) => l.buckets.push({ name: "uploads", versioning: false })), plain);
    assert.notEqual(await checksum((l) => (l.secretsRevision = "another")), plain);
  });

  it("declares without a secret's value, and shows the addresses that the clients of this flavor get", async () => {
    const declare = (localstack: LocalstackConfig) => {
      localstack.buckets = [{ name: "uploads", versioning: true }];
      localstack.queues = [{ name: "jobs", maxReceiveCount: 5 }];
      localstack.topics = [{ name: "events", queues: ["jobs"] }];
      localstack.secrets = [{ name: "app/database", value: pulumi.secret("not for eyes") }];
      localstack.parameters = [{ name: "/app/greeting", value: "it's" }];
    };
    const run = await recordEmulator("localstack", declare);
    assert.deepEqual(JSON.parse(hookFile(run, "declared.json")), {
      buckets: [{ name: "uploads", versioning: true }],
      queues: [{ name: "jobs", maxReceiveCount: 5 }],
      topics: [{ name: "events", queues: ["jobs"] }],
      tables: [],
      parameters: [{ name: "/app/greeting", value: "it's" }],
      secrets: [{ name: "app/database", file: "secret-0" }],
    });
    assert.doesNotMatch(JSON.stringify(visible(run)), /not for eyes/);
    assert.deepEqual(object(run, "Secret", "localstack-values").stringData, { "secret-0": "not for eyes" });
    const urls = async (flavor: Flavor) => {
      const { localstackResources } = (await recordEmulator(flavor, declare)).outputs;
      return (localstackResources as { kind: string; arn: string; url?: string }[]).map(({ url, arn }) => url ?? arn);
    };
    assert.deepEqual(await urls("localstack"), [
      "https://localstack.example.test/uploads",
      "https://localstack.example.test/queue/us-east-1/000000000000/jobs",
      "arn:aws:sns:us-east-1:000000000000:events",
      "arn:aws:secretsmanager:us-east-1:000000000000:secret:app/database",
      "arn:aws:ssm:us-east-1:000000000000:parameter/app/greeting",
    ]);
    assert.equal((await urls("ministack"))[1], "https://localstack.example.test/000000000000/jobs");
  });

  it("lets in the router alone, and asks nothing of the world but names", async () => {
    const { spec } = object(await recordEmulator("localstack"), "NetworkPolicy", "localstack", "localstack");
    const router = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } };
    assert.deepEqual(spec.ingress, [{ from: [router], ports: [{ protocol: "TCP", port: 4567 }] }]);
    assert.deepEqual(
      spec.egress.flatMap(({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port)),
      [53, 53],
    );
  });

  it("lets in the ranges of its own, and configures which pages may call the emulator", async () => {
    const run = await recordEmulator("localstack", (localstack) => {
      localstack.allowedRanges = ["192.0.2.0/24"];
      localstack.corsOrigins = ["https://app.example.test"];
    });
    assertGraph(run);
    assert.deepEqual(object(run, "MiddlewareTCP", "localstack-ranges").spec, { ipAllowList: { sourceRange: ["192.0.2.0/24"] } });
    assert.equal(environment(run).EXTRA_CORS_ALLOWED_ORIGINS, "https://app.example.test");
  });

  it("warns of nothing but forgetting, and makes nothing when it is off", async () => {
    const run = await recordPlatform();
    assert.deepEqual(
      objects(run).filter(({ metadata }) => metadata.namespace === "localstack"),
      [],
    );
    assert.equal(run.outputs.localstackUrl, undefined);
  });

  describe("what endangers the node or the network", () => {
    it("is not there by default", async () => {
      const run = await recordEmulator("localstack");
      assert.equal(object(run, "Namespace", "localstack").metadata.labels!["pod-security.kubernetes.io/enforce"], "restricted");
      assert.equal(pod(run).initContainers, undefined);
      assert.ok(pod(run).volumes.every(({ hostPath }: { hostPath?: object }) => hostPath === undefined));
      assert.equal(objects(run, "Service").filter(({ spec }) => spec.type === "LoadBalancer").length, 0);
    });

    it("dind is a privileged sidecar that listens inside the pod only", async () => {
      const run = await recordEmulator("localstack", (localstack) => {
        localstack.lambda = "dind";
        localstack.exemptions.lambda = "functions of our own only";
      });
      const [docker] = pod(run).initContainers;
      assert.equal(docker.restartPolicy, "Always");
      assert.ok(docker.args.includes("--host=tcp://127.0.0.1:2375"));
      assert.equal(environment(run).DOCKER_HOST, "tcp://127.0.0.1:2375");
      assert.equal(main(run).securityContext.privileged, undefined);
      assert.equal(object(run, "Namespace", "localstack").metadata.labels!["pod-security.kubernetes.io/enforce"], "privileged");
    });

    it("hostSocket is the node's socket and nothing else of the node", async () => {
      const run = await recordEmulator("localstack", (localstack) => {
        localstack.lambda = "hostSocket";
        localstack.exemptions.lambda = "functions of our own only";
      });
      const paths = pod(run).volumes.flatMap(({ hostPath }: { hostPath?: { path: string } }) => hostPath?.path ?? []);
      assert.deepEqual(paths, ["/var/run/docker.sock"]);
      assert.equal(environment(run).DOCKER_HOST, undefined);
    });

    it("MiniStack runs functions inside itself, without any of that", async () => {
      const run = await recordEmulator("ministack", (localstack) => (localstack.lambda = "local"));
      assertGraph(run);
      assert.equal(environment(run).LAMBDA_EXECUTOR, "local");
    });

    it("edge is a LoadBalancer on 4566 that carries its reason and its ranges", async () => {
      const run = await recordEmulator("localstack", (localstack) => {
        localstack.edge = true;
        localstack.exemptions.edge = "an old device without TLS";
        localstack.allowedRanges = ["192.0.2.0/24"];
      });
      const { spec, metadata } = object(run, "Service", "localstack-edge");
      assert.equal(spec.type, "LoadBalancer");
      assert.deepEqual(
        spec.ports.map(({ port }: { port: number }) => port),
        [4566],
      );
      assert.deepEqual(spec.loadBalancerSourceRanges, ["192.0.2.0/24"]);
      assert.equal(metadata.annotations!["homelab/exemption"], "an old device without TLS");
    });
  });
});
