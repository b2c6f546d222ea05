/**
 * A corpus of manifests with planted violations, and the truth about it: which rule must speak of which object. The same in
 * every run.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump } from "js-yaml";
import { RULES } from "../../../policies/rules";
import { Objects, type Manifest } from "./objects";
import { Random } from "./random";
import { VIOLATIONS, type Violation } from "./violations";

export interface Planted {
  rule: string;
  six?: Violation["six"];
  kind: string;
  namespace: string;
  name: string;
}

export interface Corpus {
  /** Of the manifests. */
  folder: string;
  /** For the policies: all of them, and those alone that say what conftest's six rules say. */
  config: string;
  sixConfig: string;
  manifests: number;
  bytes: number;
  planted: Planted[];
}

/** The rules that say, among more, what the six of conftest say: limits, latest, privileged and hostPath, probes, Ingress TLS. */
const AS_THE_SIX = ["container-resources", "image-references", "pod-security", "probes", "https-only"];

const SEED = 20261121;
const NAMESPACES = 20;
/** One in ten objects breaks a rule. */
const SHARE = 10;

/** How often each kind stands in a hundred. */
const MIX: [number, (objects: Objects) => Manifest][] = [
  [50, (objects) => objects.workload("Deployment")],
  [8, (objects) => objects.workload("StatefulSet")],
  [2, (objects) => objects.workload("DaemonSet")],
  [5, (objects) => objects.cronJob()],
  [3, (objects) => objects.pod()],
  [12, (objects) => objects.service()],
  [6, (objects) => objects.ingress()],
  [4, (objects) => objects.ingressRoute()],
  [4, (objects) => objects.claim()],
  [4, (objects) => objects.configMap()],
  [2, (objects) => objects.role()],
];

/** Writes `count` manifests in `files` files to the folder, and the truth beside them as truth.json. */
export function writeCorpus(folder: string, count = 10_000, files = 100): Corpus {
  const { manifests, planted } = generate(count);
  rmSync(folder, { recursive: true, force: true });
  const place = join(folder, "manifests");
  mkdirSync(place, { recursive: true });
  let bytes = 0;
  const perFile = Math.ceil(count / files);
  for (let file = 0; file < files; file++) {
    const part = manifests.slice(file * perFile, (file + 1) * perFile);
    const text = part.map((manifest) => dump(manifest, { noRefs: true })).join("---\n");
    writeFileSync(join(place, `${String(file).padStart(3, "0")}.yaml`), text);
    bytes += Buffer.byteLength(text);
  }
  writeFileSync(join(folder, "truth.json"), JSON.stringify(planted, undefined, 1));
  // The corpus is many clusters' worth of claims.
  const config = join(folder, "config.json");
  writeFileSync(config, JSON.stringify({ "storage-limits": { maxTotal: "1Pi" } }));
  const sixConfig = join(folder, "six.json");
  const others = RULES.map(({ id }) => id).filter((id) => !AS_THE_SIX.includes(id));
  writeFileSync(sixConfig, JSON.stringify(Object.fromEntries(others.map((id) => [id, "disabled"]))));
  return { folder: place, config, sixConfig, manifests: manifests.length, bytes, planted };
}

function generate(count: number): { manifests: Manifest[]; planted: Planted[] } {
  const random = new Random(SEED);
  const objects = new Objects(random, NAMESPACES);
  // What belongs together stays together and in order.
  const groups = objects.networkPolicies().map((policy) => [policy]);
  const planted: Planted[] = [];
  let left = count - groups.length;
  for (let index = 0; index < count / SHARE; index++) {
    const { rules, six, make } = VIOLATIONS[index % VIOLATIONS.length]!;
    const group = make(objects);
    const { kind, metadata } = group.at(-1)!;
    for (const rule of rules) {
      planted.push({ rule, ...(six ? { six } : {}), kind, namespace: metadata.namespace ?? "", name: metadata.name });
    }
    groups.push(group);
    left -= group.length;
  }
  for (; left > 0; left--) groups.push([kind(random)(objects)]);
  return { manifests: random.shuffle(groups).flat(), planted };
}

function kind(random: Random): (objects: Objects) => Manifest {
  let left = random.below(100);
  return MIX.find(([share]) => (left -= share) < 0)![1];
}
