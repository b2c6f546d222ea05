import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Description, describeKeys, nameOf, valuesOf } from "../../components/config/describe";
import { valueAt, type Path } from "../../components/config/finding";
import { parseConfig } from "../../components/configuration";
import { schema } from "../../components/services/sections";
import { asInput } from "../config/stackFile";
import { registration, runVariant, shortUrn } from "./registrations";

/*
 * Every key, changed alone: something that the program registers with the engine has to be another then. A key that changes nothing
 * says nothing, whatever the documents made from its schema say.
 */

type Config = Record<string, unknown>;

const folder = mkdtempSync(join(tmpdir(), "homelab-keys-"));

/** An image archive, as `docker save` writes it, of an image without layers. */
function archive(name: string): string {
  writeFileSync(join(folder, "config.json"), JSON.stringify({ author: name }));
  writeFileSync(join(folder, "manifest.json"), JSON.stringify([{ Config: "config.json", Layers: [] }]));
  spawnSync("tar", ["-cf", `${name}.tar`, "config.json", "manifest.json"], { cwd: folder });
  return join(folder, `${name}.tar`);
}

const home = { "homelab:context": "home" };
/** Without what costs time: an authority, a registry. */
const small = { ...home, "homelab:certificates": { mode: "selfSigned" }, "homelab:registry": { enabled: false } };
const emulator = (settings: Config = {}): Config => ({
  ...small,
  "homelab:localstack": { enabled: true, flavor: "ministack", ...settings },
});
const registry = (settings: Config = {}): Config => ({ ...small, "homelab:registry": { ui: { enabled: false }, ...settings } });
const certified = (certificates: Config, more: Config = {}): Config => ({
  ...emulator(),
  "homelab:certificates": certificates,
  ...more,
});

const secrets = [{ name: "keys", keys: [{ key: "A", generate: 32 }] }];
const storage = { size: "1Gi" };
const database = { kind: "sqlite", workload: "backend", claim: "data", storage };
const app = (settings: Config, more: Config = {}): Config => ({
  ...small,
  "homelab:apps": [{ name: "todo", chart: "./charts/lumina", ...settings }],
  ...more,
});
const route = (settings: Config = {}) => ({ route: { service: "frontend", port: 3000, ...settings } });
const asked = (kind: Config) => app({ ...route({ middlewares: [kind] }) });

/** The stack in which a key is looked at: the one with the longest beginning of its name. */
const stacks: Record<string, Config> = {
  "": emulator(),
  kubeconfig: small,
  "routing.allowedRanges": emulator(),
  "certificates.commonName": certified({ mode: "ownCa" }),
  "certificates.acme": certified(
    { mode: "acme", acme: { email: "me@smith.family", solver: { dns01: { cloudflare: { apiToken: "x" } } } } },
    { "homelab:domain": "smith.family" },
  ),
  "certificates.issuer": certified({ mode: "issuer", issuer: { name: "home" } }),
  "certificates.secret": certified({ mode: "secret", secret: { name: "tls" } }),
  namespaces: { ...small, "homelab:namespaces": [{ name: "apps" }] },
  "namespaces[].pullSecret": { ...registry(), "homelab:namespaces": [{ name: "apps" }] },
  registry: registry(),
  "registry.enabled": small,
  "registry.users": registry({ bcryptCost: 4, users: [{ name: "ci", password: { secure: "good-secret" } }] }),
  "registry.bcryptCost": registry({ bcryptCost: 4, users: [{ name: "ci", password: { secure: "good-secret" } }] }),
  "registry.ui": registry({ ui: { enabled: true }, allowDelete: true }),
  artifacts: { ...registry(), "homelab:artifacts": [{ name: "agents/plan:v1", file: "./tests/fixtures/agents/plan.json" }] },
  "localstack.enabled": small,
  "localstack.token": emulator({ flavor: "localstack-pro", token: { secure: "token-secret" } }),
  "localstack.corsOrigins": emulator({ flavor: "localstack" }),
  "localstack.edge": emulator({ exemptions: { edge: "an old device" } }),
  "localstack.exemptions.edge": emulator({ edge: true, exemptions: { edge: "an old device" } }),
  "localstack.exemptions.lambda": emulator({ lambda: "dind", exemptions: { lambda: "our own functions" } }),
  "localstack.buckets": emulator({ buckets: [{ name: "uploads" }] }),
  "localstack.queues": emulator({ queues: [{ name: "jobs", deadLetterQueue: "dead" }, { name: "dead" }, { name: "jobs-dead" }] }),
  "localstack.queues[].name": emulator({ queues: [{ name: "jobs" }] }),
  "localstack.topics": emulator({ topics: [{ name: "events" }], queues: [{ name: "jobs" }] }),
  "localstack.tables": emulator({ tables: [{ name: "orders", key: "id", sortKey: "at" }] }),
  "localstack.parameters": emulator({ parameters: [{ name: "/app/greeting", value: "hello" }] }),
  "localstack.secrets": emulator({ secrets: [{ name: "app/database", value: { secure: "good-secret" } }] }),
  admission: { ...small, "homelab:admission": { enabled: true } },
  "admission.enabled": small,
  "admission.except": { ...small, "homelab:admission": { enabled: true, everywhere: true } },
  health: registry(),
  page: { ...small, "homelab:page": { enabled: true } },
  "page.enabled": small,
  apps: app({}),
  "apps[].version": app({ chart: "oci://charts.example.org/bot", version: "1.0.0" }),
  "apps[].repository": app({ chart: "bot", version: "1.0.0", repository: "https://charts.example.org" }),
  "apps[].images": { ...app({ images: { push: [{ name: "todo/backend:1", archive: archive("one") }] } }), ...registry() },
  "apps[].secrets": app({ secrets }),
  "apps[].secrets[].keys[].value": app({ secrets: [{ name: "keys", keys: [{ key: "A", value: { secure: "good-secret" } }] }] }),
  "apps[].secrets[].madeBy": app({ secrets: [{ name: "keys" }] }),
  "apps[].route": app(route({ paths: [{ path: "/api", service: "backend", port: 8000 }] })),
  "apps[].route.middlewares[].basicAuth": app({
    secrets: ["users", "others"].map((name) => ({ name, madeBy: "us", keys: [{ key: "users" }] })),
    ...route({ middlewares: [{ basicAuth: { secret: "users" } }] }),
  }),
  "apps[].route.middlewares[].forwardAuth": asked({ forwardAuth: { address: "http://auth.auth.svc.cluster.local/check" } }),
  "apps[].route.middlewares[].rateLimit": asked({ rateLimit: { average: 10, burst: 5 } }),
  "apps[].route.middlewares[].ipAllowList": asked({ ipAllowList: { ranges: ["192.168.1.0/24"] } }),
  "apps[].database": app({ database: { ...database, file: "/app/data/x.db", backup: { every: 6, storage } } }),
  "apps[].database.files": app({ database: { ...database, files: ["/app/data/x.db"] } }),
  "apps[].expose": app({ expose: [{ service: "frontend", ports: ["http"], reason: "an example of ours" }] }),
  "apps[].allowFrom": app(
    {},
    {
      "homelab:apps": [
        { name: "todo", chart: "./charts/lumina" },
        { name: "lucia", chart: "./charts/lumina" },
      ],
    },
  ),
};

/** What another value needs beside it, or a value that cannot be guessed. */
const others: Record<string, unknown> = {
  "certificates.acme.solver": { dns01: { cloudflare: { apiToken: "y" } } },
  "artifacts[].file": "./README.md",
  "apps[].chart": "./tests/fixtures/charts/lucia",
  "apps[].route.middlewares[].basicAuth.secret": "others",
  "apps[].values": { backend: { replicas: 1 } },
  "apps[].images.push[].archive": archive("other"),
};

/** Keys that nothing registered depends on, and why they are there. */
const unregistered: Record<string, string> = {
  "storage.allowDelete": "it changes options of what is registered, by a transform that only the real engine calls",
};

/** Where a single word can stand there is nothing to change. */
const values = valuesOf(describeKeys(schema)).filter(({ choices }) => choices === undefined || Object.keys(choices).length > 1);

function stackOf(name: string): Config {
  const beginning = Object.keys(stacks)
    .filter((start) => name.startsWith(start))
    .reduce((longest, start) => (start.length > longest.length ? start : longest));
  return stacks[beginning]!;
}

/** Texts of every kind that keys take; which of them a key takes, it says itself. */
const TEXTS = [
  ..."docker.io/library/other:9 33Mi 7Gi 3 10.9.0.0/16 other.example.net 192.0.2.77 /other https://other.example.org eu-west-1 2m".split(
    " ",
  ),
  ..."me@example.org other other-name X-Other application/other policies/config/dev.json ./charts/other".split(" "),
  "an altogether other reason",
];

/** Values that the key may have instead, the first of which that is right counts. */
function candidates({ path, kind, choices, form, examples, secret, default: fixed }: Description, current: unknown): unknown[] {
  const other = others[nameOf(path)];
  if (other !== undefined) return [other];
  if (secret) return [{ secure: "other-secret" }];
  const single = (now: unknown): unknown[] => {
    if (choices !== undefined) return Object.keys(choices);
    if ([form.type].flat().includes("boolean")) return [true, false];
    if ([form.type].flat().includes("integer")) return [Number(now ?? 0) + 1, Number(now ?? 0) - 1, ...examples];
    return [...examples, `${String(now)}2`, ...TEXTS];
  };
  if (kind === "value") return single(current ?? fixed);
  return [...examples, ...single(undefined).map((one) => [one])];
}

const section = (path: Path): string => `homelab:${path[0]}`;

function changed(config: Config, path: Path, value: unknown): Config {
  const copy = structuredClone(config);
  if (path.length === 1) return { ...copy, [section(path)]: value };
  const parts = [section(path), ...path.slice(1)];
  const parent = parts.slice(0, -1).reduce<Config>((map, part, i) => {
    return (map[part] ??= typeof parts[i + 1] === "number" ? [] : {}) as Config;
  }, copy);
  parent[parts.at(-1)!] = value;
  return copy;
}

/** The stack of a key, and the same with other values that are right for it. */
function variations(key: Description): { before: Config; after: Config[] } {
  const before = stackOf(nameOf(key.path));
  const current = valueAt(before, [section(key.path), ...key.path.slice(1)]);
  const given = parseConfig(asInput(before));
  assert.ok(given.ok, `its stack is wrong: ${JSON.stringify(given)}`);
  const after = candidates(key, current)
    .filter((value) => !isDeepStrictEqual(value, current ?? key.default))
    .map((value) => changed(before, key.path, value))
    .filter((config) => parseConfig(asInput(config)).ok);
  assert.notEqual(after.length, 0, "no other value is right in its stack: give it one in `stacks` or `others`");
  return { before, after };
}

/** What the plugin renders of every chart, for those that helm installs. */
const charts = ({ release_name: name }: { release_name: string }) =>
  name === "probe" ? [] : [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: {} }];

/** A value that follows from others where it is left out may be the first that is tried. */
const TRIES = 3;

const kept = new Map<string, Promise<unknown>>();

/** What is registered for a stack, once for each. */
function registered(config: Config): Promise<unknown> {
  const id = JSON.stringify(config);
  const run = async () => {
    const { resources, outputs } = await runVariant(config, { charts });
    return { resources: resources.map((one) => [shortUrn(one.urn), registration(one)]), outputs };
  };
  if (!kept.has(id)) kept.set(id, run());
  return kept.get(id)!;
}

describe("every key, changed alone, changes what is registered", () => {
  const { stackTraceLimit } = Error;
  before(() => {
    // The engine's library notes with every promise and resource where it was made, which takes half of the time.
    Error.stackTraceLimit = 1;
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
    rmSync(folder, { recursive: true });
  });

  it("of all that there are", () => assert.ok(values.length > 140, `only ${values.length} keys were found`));

  it("and those of which nothing is registered are still there", () => {
    for (const name of Object.keys(unregistered)) {
      assert.ok(
        values.some(({ path }) => nameOf(path) === name),
        name,
      );
    }
  });

  for (const key of values) {
    const name = nameOf(key.path);
    it(name, async () => {
      const { before, after } = variations(key);
      let differs = false;
      for (const config of after.slice(0, TRIES)) {
        differs ||= !isDeepStrictEqual(await registered(before), await registered(config));
      }
      const reason = unregistered[name];
      if (reason !== undefined) assert.ok(!differs, `${name} is registered after all, though ${reason}`);
      else assert.ok(differs, `nothing that is registered depends on ${name}`);
    });
  }
});
