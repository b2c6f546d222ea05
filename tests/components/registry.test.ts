import assert from "node:assert/strict";
import * as bcrypt from "bcryptjs";
import { parse } from "yaml";
import { schema } from "../../components/services/sections";
import { generatedPasswordCost } from "../../components/services/registry/htpasswd";
import { recordPlatform, user } from "./fixtures";
import { object, objects, workloads } from "./objects";
import { fakePassword, plain, type Run } from "./recorder";

const generated = fakePassword("homelab-registry-credentials-password");

function htpasswd(run: Run): Map<string, string> {
  const secret = object(run, "Secret", "registry-htpasswd", "registry");
  assert.deepEqual(Object.keys(secret.stringData ?? {}), ["htpasswd"], "Traefik and the mount want exactly one key");
  const lines = secret.stringData!.htpasswd!.trimEnd().split("\n");
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}

describe("the registry", () => {
  describe("accounts", () => {
    it("cost the registry the same, whoever it is: as much as a name that it does not know, and no more", () => {
      // `dummyBcryptHash` of registry/auth/htpasswd/htpasswd.go in the registry's version 3.1.1.
      const unknown = 5;
      assert.deepEqual([schema.parse({ context: "any" }).registry.bcryptCost, generatedPasswordCost], [unknown, unknown]);
    });

    it("are the generated one at cost 5 and the chosen ones at the configured cost, each with its own salt", async () => {
      const run = await recordPlatform((config) => {
        config.registry.users = [user("ci", "same password"), user("guest", "same password")];
        config.registry.bcryptCost = 6;
      });
      const accounts = htpasswd(run);
      assert.deepEqual([...accounts.keys()], ["admin", "ci", "guest"]);
      assert.ok(bcrypt.compareSync(generated, accounts.get("admin")!));
      assert.ok(bcrypt.compareSync("same password", accounts.get("ci")!));
      assert.ok(bcrypt.compareSync("same password", accounts.get("guest")!));
      assert.notEqual(accounts.get("ci"), accounts.get("guest"));
      assert.deepEqual(
        [...accounts.values()].map((hash) => bcrypt.getRounds(hash)),
        [5, 6, 6],
      );
    });

    it("have a generated password of 32 letters and digits: more than 128 bits, and safe in any shell", async () => {
      const run = await recordPlatform();
      const password = run.resources.find(({ type }) => type === "random:index/randomPassword:RandomPassword");
      assert.deepEqual(password?.inputs, { length: 32, special: false });
    });

    it("are refused over 72 bytes, naming the user and not the password", async () => {
      const long = "0123456789".repeat(8);
      await assert.rejects(
        recordPlatform((config) => {
          config.registry.users = [user("ci", long)];
        }),
        (error: Error) => {
          assert.match(error.message, /registry user "ci".*72 bytes/);
          assert.ok(!error.message.includes(long));
          return true;
        },
      );
    });

    it("change without a restart: the pod's template does not depend on them", async () => {
      const template = (run: Run) => object(run, "Deployment", "registry").spec.template;
      const one = await recordPlatform();
      const two = await recordPlatform((config) => {
        config.registry.users = [user("ci", "a password")];
      });
      assert.notDeepEqual(htpasswd(one), htpasswd(two));
      assert.deepEqual(template(one), template(two));
      const auth = template(one).spec.volumes.find((volume: { name: string }) => volume.name === "auth");
      const mount = template(one).spec.containers[0].volumeMounts.find((each: { name: string }) => each.name === "auth");
      assert.equal(auth.secret.secretName, "registry-htpasswd");
      assert.equal(auth.secret.optional, false);
      assert.equal(mount.subPath, undefined, "what is mounted by subPath never changes");
    });
  });

  it("starts with the mounted configuration, and again when that changes", async () => {
    const run = await recordPlatform();
    const changed = await recordPlatform((config) => {
      config.registry.allowDelete = true;
    });
    const pod = object(run, "Deployment", "registry").spec.template;
    assert.deepEqual(pod.spec.containers[0].args, ["serve", "/etc/registry/config.yml"]);
    const config = parse(object(run, "ConfigMap", "registry-config", "registry").data!["config.yml"]!);
    assert.equal(config.auth.htpasswd.path, "/auth/htpasswd");
    assert.notDeepEqual(object(changed, "Deployment", "registry").spec.template.metadata.annotations, pod.metadata.annotations);
  });

  it("gets its key from a Secret and sends no traces", async () => {
    const run = await recordPlatform();
    const env = object(run, "Deployment", "registry").spec.template.spec.containers[0].env;
    assert.deepEqual(env, [
      { name: "REGISTRY_HTTP_SECRET", valueFrom: { secretKeyRef: { name: "registry-http", key: "secret" } } },
      { name: "OTEL_TRACES_EXPORTER", value: "none" },
    ]);
  });

  it("runs as a user of its own with nothing writable but its data", async () => {
    const { pod } = workloads(await recordPlatform()).find(({ object: { metadata } }) => metadata.name === "registry")!;
    assert.equal(pod.securityContext.runAsUser, 1000);
    assert.equal(pod.containers[0]!.securityContext.readOnlyRootFilesystem, true);
    assert.deepEqual(
      pod.containers[0]!.volumeMounts.map(({ name, readOnly }) => [name, readOnly]),
      [
        ["config", true],
        ["auth", true],
        ["data", false],
      ],
    );
  });

  it("opens its API alone, and metrics only when asked, where no route reaches them", async () => {
    const named = (recorded: Run) =>
      object(recorded, "Deployment", "registry").spec.template.spec.containers[0].ports.map(
        (port: { containerPort: number }) => port.containerPort,
      );
    const silent = await recordPlatform();
    assert.deepEqual(named(silent), [5000]);
    assert.deepEqual(
      objects(silent, "Service").filter(({ metadata }) => metadata.name === "registry-metrics"),
      [],
    );
    const run = await recordPlatform((config) => {
      config.registry.metrics = true;
    });
    assert.deepEqual(named(run), [5000, 5001]);
    const metrics = object(run, "Service", "registry-metrics", "registry");
    assert.equal(metrics.spec.clusterIP, "None");
    assert.deepEqual(
      metrics.spec.ports.map((port: { port: number }) => port.port),
      [5001],
    );
    assert.deepEqual(
      object(run, "Service", "registry", "registry").spec.ports.map((port: { port: number }) => port.port),
      [5000],
    );
    const targets = objects(run, "IngressRoute")
      .flatMap(({ spec }) => spec.routes)
      .flatMap((route: { services: { name: string }[] }) => route.services);
    assert.deepEqual(
      targets.map(({ name }: { name: string }) => name).filter((name: string) => name.includes("metrics")),
      [],
    );
  });

  it("is reached by the router and its page alone", async () => {
    const run = await recordPlatform((config) => {
      config.routing.traefikNamespace = "traefik";
    });
    const { spec } = object(run, "NetworkPolicy", "registry", "registry");
    assert.deepEqual(spec.ingress, [
      {
        from: [
          { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } } },
          { podSelector: { matchLabels: { "app.kubernetes.io/name": "registry", "app.kubernetes.io/component": "ui" } } },
        ],
        ports: [{ protocol: "TCP", port: 5000 }],
      },
      // The gate, for whoever asks it before a request goes further.
      {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } } }],
        ports: [{ protocol: "TCP", port: 5002 }],
      },
    ]);
    assert.deepEqual(spec.podSelector.matchLabels, {
      "app.kubernetes.io/name": "registry",
      "app.kubernetes.io/component": "server",
    });
    assert.deepEqual(object(run, "NetworkPolicy", "default-deny", "registry").spec, {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
  });

  it("gives a pull secret to the namespaces that ask, with the generated account", async () => {
    const run = await recordPlatform();
    const pulls = objects(run, "Secret").filter(({ type }) => type === "kubernetes.io/dockerconfigjson");
    assert.deepEqual(
      pulls.map(({ metadata }) => metadata.namespace),
      ["apps"],
    );
    const { auths } = JSON.parse(pulls[0]!.stringData![".dockerconfigjson"]!);
    assert.equal(auths["registry.example.test"].password, generated);
  });

  it("hands nodes what they need: mirror, account, authority", async () => {
    const output = async (mode: "ownCa" | "selfSigned") => {
      const run = await recordPlatform((config) => {
        config.certificates = mode === "ownCa" ? { mode, commonName: "CA" } : { mode };
      });
      return parse(plain(run.outputs.nodeRegistriesYaml) as string).configs["registry.example.test"];
    };
    assert.deepEqual(await output("ownCa"), {
      auth: { username: "admin", password: generated },
      tls: { ca_file: "/etc/rancher/k3s/homelab-ca.crt" },
    });
    assert.equal((await output("selfSigned")).tls, undefined);
  });

  describe("its page", () => {
    const env = async (allowDelete: boolean) => {
      const run = await recordPlatform((config) => {
        config.registry.ui.allowDelete = config.registry.allowDelete = allowDelete;
      });
      const [container] = object(run, "Deployment", "registry-ui").spec.template.spec.containers;
      return Object.fromEntries(container.env.map(({ name, value }: { name: string; value: string }) => [name, value]));
    };

    it("is of the same origin as the API it shows", async () => {
      const settings = await env(false);
      assert.equal(settings.NGINX_PROXY_PASS_URL, "http://registry:5000");
      assert.equal(settings.SINGLE_REGISTRY, "true");
      assert.equal(settings.REGISTRY_URL, undefined, "a URL would make it another origin");
    });

    it("deletes nothing unless asked", async () => {
      assert.equal((await env(false)).DELETE_IMAGES, "false");
      assert.equal((await env(true)).DELETE_IMAGES, "true");
    });

    it("reaches the registry and nothing else", async () => {
      const { spec } = object(await recordPlatform(), "NetworkPolicy", "registry-ui", "registry");
      assert.deepEqual(spec.egress, [
        {
          to: [
            { podSelector: { matchLabels: { "app.kubernetes.io/name": "registry", "app.kubernetes.io/component": "server" } } },
          ],
          ports: [{ protocol: "TCP", port: 5000 }],
        },
      ]);
    });
  });
});
