import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Platform } from "../../components/platform";
import { parseConfig } from "../../components/configuration";
import { FLAVORS } from "../../components/services/localstack/flavorFacts";
import { isSecret, plain, record, type Recorded, type RecordOptions, type Run } from "../components/recorder";
import { asInput, readFixtures } from "../config/stackFile";
import { root, stackConfig } from "./program";

/*
 * What the program registers with the engine, for every variant of a stack: the names (URNs) and inputs by which a deployed stack
 * is known again. A resource that keeps both is not touched by an upgrade.
 */

type Settings = Record<string, unknown>;

const base: Settings = { "homelab:context": "home" };

/** What `npm start` adds to the dev stack's file. */
const started: Settings = {
  "homelab:context": "lab",
  "homelab:kubeconfig": "/somewhere/kubeconfig",
  "homelab:routing": { hsts: false, nodePort: 30500, port: 5000, address: "127.0.0.1" },
  "homelab:health": { afterUp: true },
};

/** The configuration of each variant, by key. Between them every section, mode of certificates and flavor is there. */
export function variants(): Record<string, Settings> {
  const accepted = readFixtures("accepted").map(({ name, content }): [string, Settings] => [`accepted ${name}`, content.config]);
  const flavors = FLAVORS.map((flavor): [string, Settings] => {
    const token = flavor === "localstack-pro" ? { token: { secure: "token-secret" } } : {};
    return [
      `flavor ${flavor}`,
      { ...base, "homelab:localstack": { enabled: true, flavor, buckets: [{ name: "uploads" }], ...token } },
    ];
  });
  return {
    homelab: stackConfig("homelab"),
    dev: { ...stackConfig("dev"), ...started },
    "certificates selfSigned": { ...base, "homelab:certificates": { mode: "selfSigned" } },
    "routing tuned": { ...base, "homelab:routing": { tuneTraefik: true, port: 30500, nodePort: 30500, hsts: false } },
    "registry with metrics": { ...base, "homelab:registry": { metrics: true, allowDelete: true, ui: { enabled: false } } },
    page: { ...base, "homelab:page": { enabled: true }, "homelab:health": { afterUp: true } },
    protected: { ...base, "homelab:storage": { protection: "protect" }, "homelab:admission": { enabled: true, action: "warn" } },
    ...Object.fromEntries(flavors),
    ...Object.fromEntries(accepted),
  };
}

/** One variant, run as `pulumi up` would run it. All have the same stack name, so that what they share is seen to be shared. */
export async function runVariant(config: Settings, options: RecordOptions = {}): Promise<Run> {
  const result = parseConfig(asInput(config));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return record(() => new Platform("homelab", result.config).outputs, options);
}

/** A resource as the engine knows it again, with nothing in it that depends on this machine, and no secret. */
export function registration({ urn: _, dependencies: __, ...registered }: Recorded): Record<string, unknown> {
  const { parent, provider, inputs, ...rest } = registered;
  const options = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value) && value !== false));
  return {
    ...options,
    parent: shortUrn(parent),
    ...(provider && { provider: shortUrn(provider.split("::").slice(0, 4).join("::")) }),
    inputs: veiled(portable(inputs)),
  };
}

const isEmpty = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);

/** A URN without stack and project, which are the same everywhere. */
export function shortUrn(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

/** Texts longer than this are files or programs that lie in the tree themselves. */
const LONG = 400;

/** Secrets and long texts as a digest: another value is seen, the value is not. */
function veiled(value: unknown): unknown {
  if (typeof value === "string" && value.length > LONG) return `[text ${digest(value)}]`;
  if (Array.isArray(value)) return value.map(veiled);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value as Record<string, unknown>)) return `[secret ${digest(JSON.stringify(plain(value)))}]`;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, veiled(member)]));
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);

function portable<T>(value: T): T {
  const text = JSON.stringify(value)
    .replaceAll(`${root}/`, "<project>/")
    .replaceAll(`${root}"`, '<project>"')
    .replaceAll(process.execPath, "<node>")
    .replace(new RegExp(`${tmpdir()}/homelab-\\w+/registry-\\d+\\.json`, "g"), "<account>");
  return JSON.parse(text) as T;
}

/** Where the registrations lie that are meant. After a change that is meant: `npx tsx tests/program/registrations.ts`. */
const recordFile = join(root, "tests", "fixtures", "registrations.json");

/** By URN without stack and project: each way in which it is registered, and the variants that do so. */
export type Registrations = Record<string, { variants: string[]; registered: Record<string, unknown> }[]>;

export async function registrations(): Promise<Registrations> {
  const all: Registrations = {};
  for (const [variant, config] of Object.entries(variants())) {
    const { resources, outputs } = await runVariant(config);
    const named = resources.map((resource): [string, Record<string, unknown>] => [
      shortUrn(resource.urn),
      registration(resource),
    ]);
    for (const [urn, registered] of [...named, ["outputs", veiled(portable(outputs)) as Record<string, unknown>] as const]) {
      const ways = (all[urn] ??= []);
      const way = ways.find((known) => isDeepStrictEqual(known.registered, registered));
      if (way) way.variants.push(variant);
      else ways.push({ variants: [variant], registered });
    }
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function meantRegistrations(): Registrations {
  return JSON.parse(readFileSync(recordFile, "utf8")) as Registrations;
}

if (require.main === module) {
  void registrations().then((all) => {
    // A line for each way, so that a difference is one of a few lines.
    const lines = Object.entries(all).map(
      ([urn, ways]) => `${JSON.stringify(urn)}: [\n${ways.map((way) => JSON.stringify(way)).join(",\n")}\n]`,
    );
    writeFileSync(recordFile, `{\n${lines.join(",\n")}\n}\n`);
  });
}
