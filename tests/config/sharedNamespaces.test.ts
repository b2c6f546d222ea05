import assert from "node:assert/strict";
import { parseConfig } from "../../components/configuration";

/* Apps in a namespace that the configuration declares, where others may run too. */

type Block = Record<string, unknown>;

function parse(apps: Block[], namespaces: Block[] = [{ name: "media", podSecurity: "baseline" }]) {
  const values = {
    "homelab:context": "any",
    "homelab:domain": "example.test",
    "homelab:namespaces": JSON.stringify(namespaces),
    "homelab:apps": JSON.stringify(apps.map((app) => ({ chart: "./chart", ...app }))),
  };
  return parseConfig({ project: "homelab", stack: "test", values, secretKeys: new Set() });
}

const database = { kind: "sqlite", workload: "web", file: "/data/app.db", claim: "data", storage: { size: "1Gi" } };
const backup = { every: 24, storage: { size: "1Gi" } };

describe("apps in a shared namespace", () => {
  it("have its Pod Security level, and are known as its neighbours", () => {
    const result = parse([
      { name: "sonarr", namespace: "media", allowFrom: ["alone"] },
      { name: "radarr", namespace: "media", podSecurity: "baseline" },
      { name: "alone", podSecurity: "baseline", allowFrom: ["radarr", "other"] },
      { name: "other", namespace: "own" },
    ]);
    assert.ok(result.ok, JSON.stringify(result));
    const told = result.config.apps.map(({ name, namespace, shared, podSecurity }) => [name, namespace, shared, podSecurity]);
    assert.deepEqual(told, [
      ["sonarr", "media", true, "baseline"],
      ["radarr", "media", true, "baseline"],
      ["alone", "alone", false, "baseline"],
      ["other", "own", false, "restricted"],
    ]);
    assert.deepEqual(result.config.apps[0]!.allowFrom, [{ app: "alone", namespace: "alone", shared: false }]);
    assert.deepEqual(result.config.apps[2]!.allowFrom, [
      { app: "radarr", namespace: "media", shared: true },
      { app: "other", namespace: "own", shared: false },
    ]);
  });

  it("may keep their databases and secrets there, each under names of its own", () => {
    const one = { name: "one", namespace: "media", database: { ...database, backup }, secrets: [{ name: "one" }] };
    const two = { name: "two", namespace: "media", database: { ...database, claim: "more" }, secrets: [{ name: "two" }] };
    const route = { service: "web", port: 80 };
    assert.ok(
      parse([
        { ...one, route },
        { ...two, route },
      ]).ok,
    );
    // In namespaces of their own, names are nobody else's business.
    assert.ok(parse([one, { ...one, name: "two", namespace: "elsewhere" }]).ok);
  });

  const media = (name: string, more: Block = {}): Block => ({ name, namespace: "media", ...more });
  const two = (one: Block, other: Block) => [media("one", one), media("two", other)];
  const undeclared: Block[] = [];
  const wrong: [what: string, apps: Block[], words: RegExp, namespaces?: Block[]][] = [
    [
      "a namespace of two that nobody declares",
      two({}, {}),
      /apps\[1\]\.namespace.*is the same namespace as apps\[0\]\.namespace.*declare media under `namespaces`/,
      undeclared,
    ],
    [
      "the namespace of another app",
      [{ name: "media" }, media("two")],
      /apps\[1\]\.namespace.*is the same namespace as apps\[0\]\.name.*declare media under `namespaces`/,
      undeclared,
    ],
    [
      "a declared one that it does not name",
      [{ name: "media" }],
      /apps\[0\]\.name.*is the same namespace as namespaces\[0\]\.name.*set `namespace: media` too/,
    ],
    [
      "the registry's",
      [{ name: "one", namespace: "registry" }],
      /apps\[0\]\.namespace.*is the same namespace as registry\.namespace/,
    ],
    [
      "another Pod Security level",
      [media("one", { podSecurity: "restricted" })],
      /apps\[0\]\.podSecurity.*another level than namespaces\[0\]\.podSecurity.*baseline, or nothing.*config rm/,
    ],
    [
      "a level where the namespace has that by default",
      [media("one", { podSecurity: "privileged" })],
      /apps\[0\]\.podSecurity.*restricted, or nothing/,
      [{ name: "media" }],
    ],
    [
      "a network that is closed otherwise",
      [media("one", { egress: "platform" })],
      /apps\[0\]\.egress.*another than namespaces\[0\]\.egress.*open, or nothing.*config rm/,
    ],
    [
      "bounds of its own",
      [media("one", { quota: { pods: 3 } })],
      /apps\[0\]\.quota.*would bound everything in media.*namespaces\[0\]\.quota/,
    ],
    [
      "images of a registry for which there is no pull secret",
      [media("one", { images: { fromPlatform: true } })],
      /apps\[0\]\.images.*namespaces\[0\]\.pullSecret is false.*config set.*namespaces\[0\]\.pullSecret.* true/,
      [{ name: "media", pullSecret: false }],
    ],
    [
      "a Secret of the other",
      two({ secrets: [{ name: "keys" }] }, { secrets: [{ name: "keys" }] }),
      /apps\[1\]\.secrets\[0\]\.name.*the Secret keys, which apps\[0\]/,
    ],
    [
      "the Secret of the other's certificate",
      two({ route: { service: "web", port: 80 } }, { secrets: [{ name: "one-tls" }] }),
      /apps\[1\]\.secrets\[0\]\.name.*the Secret one-tls, which apps\[0\]\.name makes/,
    ],
    ["a claim of the other", two({ database }, { database }), /apps\[1\]\.database\.claim.*the PersistentVolumeClaim data/],
    [
      "the claim of the other's copies",
      two({ database: { ...database, backup } }, { database: { ...database, claim: "data-backups" } }),
      /apps\[1\]\.database\.claim.*the PersistentVolumeClaim data-backups/,
    ],
    [
      "to be reached by an app that is there already",
      two({ allowFrom: ["two"] }, {}),
      /apps\[0\]\.allowFrom\[0\].*runs in media as this app does/,
    ],
  ];
  for (const [what, apps, words, namespaces] of wrong) {
    it(`refused: ${what}`, () => {
      const result = parse(apps, namespaces);
      assert.ok(!result.ok);
      assert.match(JSON.stringify(result), words);
    });
  }
});
