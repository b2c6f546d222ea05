import { Field } from "../../../kubernetes/objects/field";
import { Finding, finding } from "../../../kubernetes/objects/finding";
import { Inventory, sameNamespace } from "../../core/inventory";
import { ObjectView, describe } from "../../core/object";
import { atEach, definePolicy } from "../../core/policy";
import { quantity } from "../../../kubernetes/quantity";

interface HtpasswdParams {
  maxMilliseconds: number;
}

/** One comparison at cost 10 on one core of a small machine, in milliseconds; each step doubles it. */
const AT_COST_10 = 65;

const HASH = `$2y$12$${"abcdefghijklmnopqrstuv"}${"abcdefghijklmnopqrstuvwxyzabcde"}`;

function secret(text: string): string {
  return `{apiVersion: v1, kind: Secret, metadata: {name: h, namespace: r}, stringData: {htpasswd: ${JSON.stringify(text)}}}`;
}

function registry(cpu: string): string {
  return `\n---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: registry, namespace: r}, spec: {template: {spec: {containers: [{name: c, volumeMounts: [{name: auth, mountPath: /auth}], resources: {limits: {cpu: ${cpu}}}}], volumes: [{name: auth, secret: {secretName: h}}]}}}}`;
}

export const htpasswd = definePolicy<HtpasswdParams>({
  id: "htpasswd-cost",
  title: "Password hashes are of a kind and a cost that their program can bear",
  rationale:
    "The registry checks the password anew with every request, of which a push has hundreds, and takes bcrypt only: a " +
    "hash of another kind never lets anybody in; a costly one makes every push slow, and a few wrong passwords a second, which " +
    "cost as much as right ones, keep everybody out.",
  severity: "medium",
  level: "advisory",
  remediation: "Use bcrypt, with a low cost where the password is random and long, or give the container more CPU.",
  tags: ["registry", "performance"],
  match: [{ group: "", versions: ["v1"], kinds: ["Secret"] }],
  params: {
    maxMilliseconds: {
      type: "integer",
      minimum: 1,
      default: 20,
      description: "Longest time that one comparison may take under the container's CPU limit",
    },
  },
  *check(view) {
    const others = lines(view).filter((line) => !/^[^:\s]+:\$2[aby]\$\d\d\$/.test(line)).length;
    if (others > 0) {
      yield finding(
        "stringData.htpasswd",
        `has ${others} of its lines without a bcrypt hash, which a registry never accepts`,
        "make them with htpasswd -B, or with bcrypt in the program",
      );
    }
  },
  *crossCheck(inventory, { maxMilliseconds }) {
    yield* atEach(inventory.all("/Secret"), (view) => againstCpu(view, inventory, maxMilliseconds));
  },
  admission: { notExpressible: "the CPU limit stands in another object" },
  good: [
    { title: "a cost that the limit bears", yaml: secret(`ci:${HASH.replace("12", "05")}`) + registry("500m") },
    { title: "a costlier hash with CPU enough", yaml: secret(`ci:${HASH.replace("12", "08")}`) + registry("2") },
    {
      title: "a Secret that is none of passwords",
      yaml: "{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {token: 'a:b'}}",
    },
  ],
  bad: [
    {
      title: "a cost beyond the limit",
      yaml: secret(`# accounts\nci:${HASH}\n`) + registry("500m"),
      finds: ["takes about 520 ms"],
    },
    {
      title: "a cost at which ten wrong passwords a second are too many",
      yaml: secret(`ci:${HASH.replace("12", "10")}`) + registry("1"),
      finds: ["takes about 65 ms"],
    },
    {
      title: "a cost beyond the limit, of a projected Secret and a Deployment without a namespace",
      yaml:
        secret(`ci:${HASH}`).replace("namespace: r", "namespace: default") +
        registry("250m")
          .replace(", namespace: r", "")
          .replace("secret: {secretName: h}", "projected: {sources: [{secret: {name: h}}]}"),
      finds: ["takes about 1040 ms"],
    },
    {
      title: "hashes of other kinds",
      yaml: secret("a:$apr1$abc$def\nb:{SHA}xyz\nc:plain"),
      finds: ["has 3 of its lines without a bcrypt hash"],
    },
  ],
});

/** The lines of the key htpasswd; they are looked at, never printed. */
function lines(view: ObjectView): string[] {
  // A hash made from a generated password is not known before the deployment, and is this program's own work.
  const [stringData, data] = [view.root.at("stringData"), view.root.at("data")];
  if (stringData.unknown || data.unknown) return [];
  const [plain, encoded] = [stringData.at("htpasswd"), data.at("htpasswd")];
  if (plain.unknown || encoded.unknown) return [];
  const text = plain.text() ?? Buffer.from((encoded.text() ?? "").slice(0, 200_000), "base64").toString("utf8");
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function* againstCpu(secretView: ObjectView, inventory: Inventory, most: number): Iterable<Finding> {
  const cost = Math.max(0, ...lines(secretView).map((line) => Number(/^[^:\s]+:\$2[aby]\$(\d\d)\$/.exec(line)?.[1] ?? 0)));
  if (cost === 0) return;
  for (const workload of inventory.workloads) {
    const cpu = sameNamespace(workload.namespace, secretView.namespace) ? cpuOfReader(workload, secretView.name) : undefined;
    if (cpu === undefined) continue;
    const milliseconds = Math.round((AT_COST_10 * 2 ** (cost - 10)) / Math.min(cpu, 1));
    if (milliseconds > most) {
      yield finding(
        "stringData.htpasswd",
        `has bcrypt of cost ${cost}, which takes about ${milliseconds} ms a request under the CPU limit of ${describe(workload)}`,
        "lower the cost (5 for a random password of 128 bits and more), or raise the CPU limit",
      );
    }
  }
}

/** The Secrets whose keys a volume holds as files. */
function secretsOf(volume: Field): string[] {
  const projected = volume.at("projected", "sources").items();
  return [volume.at("secret", "secretName"), ...projected.map((source) => source.at("secret", "name"))].flatMap(
    (name) => name.text() ?? [],
  );
}

/** The CPU limit of the container that mounts a Secret, in cores; undefined when none does. */
function cpuOfReader(workload: ObjectView, secretName: string): number | undefined {
  const volumes = workload
    .pod!.volumes.filter((volume) => secretsOf(volume).includes(secretName))
    .map((volume) => volume.at("name").text());
  const reader = workload.pod!.containers.find(({ field }) =>
    field
      .at("volumeMounts")
      .items()
      .some((mount) => volumes.includes(mount.at("name").text())),
  );
  return reader && (quantity(reader.field.at("resources", "limits", "cpu").value) ?? 1);
}
